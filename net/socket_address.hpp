#pragma once

#include <optional>
#include <sys/socket.h>

namespace ledactor::net {

/// One end of a connection, as the kernel has it: an IPv4 or IPv6 address and a port.
struct socket_address {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

/// The end of a connection that is here; nothing if `fd` has none.
std::optional<socket_address> local_end(int fd);

/// The end of a connection that is the peer's; nothing if `fd` is not connected.
std::optional<socket_address> peer_end(int fd);

/// Whether a connection leads back to its own socket. Where nobody listens, the kernel may choose
/// the very port that is dialed for the dialing end, and TCP then connects that to itself (RFC
/// 9293, simultaneous open).
bool is_own_peer(int fd);

}  // namespace ledactor::net
