#pragma once

#include "net/socket.hpp"

#include <chrono>
#include <memory>
#include <netdb.h>
#include <stop_token>

namespace ledactor::net {

/// When an attempt has taken too long.
using deadline = std::chrono::steady_clock::time_point;

/// How soon an attempt notices that it is not wanted any more.
inline constexpr std::chrono::milliseconds stop_latency{50};

/// Whether an attempt is not wanted any more, or has taken too long.
inline bool is_over(const std::stop_token& stop, deadline until) {
  return stop.stop_requested() || std::chrono::steady_clock::now() >= until;
}

/// Most look-ups that still wait for a name service after their attempts have ended; while there
/// are as many in this process, others fail at once.
inline constexpr std::size_t max_lost_lookups = 4;

/// A list as getaddrinfo(3) makes it.
using address_list = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

/// Finds the addresses of a host for TCP. Blocks, but not for longer than it may.
/// @param host a name or an address.
/// @returns one address at least; or ETIMEDOUT, or EHOSTUNREACH with the resolver's text.
std::variant<address_list, socket_error> resolve(const std::string& host, std::uint16_t port,
                                                 const std::stop_token& stop, deadline until);

}  // namespace ledactor::net
