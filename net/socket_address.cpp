#include "net/socket_address.hpp"

#include <cstring>

namespace ledactor::net {

std::optional<socket_address> local_end(int fd) {
  socket_address end;
  return ::getsockname(fd, end.get(), &end.size) == 0 ? std::optional{end} : std::nullopt;
}

std::optional<socket_address> peer_end(int fd) {
  socket_address end;
  return ::getpeername(fd, end.get(), &end.size) == 0 ? std::optional{end} : std::nullopt;
}

bool is_own_peer(int fd) {
  const auto here = local_end(fd);
  const auto there = peer_end(fd);
  return here && there && here->size == there->size
         && std::memcmp(&here->storage, &there->storage, here->size) == 0;
}

}  // namespace ledactor::net
