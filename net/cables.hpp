#pragma once

#include "net/socket_address.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

namespace ledactor::net {

/// Knows on which interface each connection hangs, by its local address.
class cables {
public:
  /// A connection's owner.
  using id = std::uint64_t;

  /// A connection was made. One within this machine hangs on no cable.
  void attach(id who, int fd);

  /// A connection has ended.
  void detach(id who) { users_.erase(who); }

  /// Who hangs on an interface.
  std::vector<id> users_of(unsigned interface) const;

  /// Addresses may have moved: they are looked at anew when next needed.
  void forget_addresses() { interfaces_.clear(); }

private:
  /// An IPv6 address, or an IPv4 one as such, and the scope of a link-local one.
  using host = std::pair<std::array<std::uint8_t, 16>, std::uint32_t>;

  static host host_of(const sockaddr& address);
  unsigned find(const host& address);
  void read_addresses();

  std::map<host, unsigned> interfaces_;     ///< the index of each address of this machine
  std::unordered_map<id, unsigned> users_;  ///< the index of each connection's interface
};

}  // namespace ledactor::net
