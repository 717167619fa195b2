#pragma once

#include "tests/bench/child.hpp"

#include <cstdint>

namespace ledactor::bench {

/// A TCP port on 127.0.0.1 that nobody uses at the moment.
std::uint16_t free_port();

/// Connects to a port on 127.0.0.1.
/// @returns the socket, or none if nobody listens there.
unique_fd try_connect(std::uint16_t port);

/// The same, but throws std::runtime_error if nobody listens.
unique_fd connect_to(std::uint16_t port);

/// Two connected TCP sockets on loopback, TCP_NODELAY.
struct tcp_pair {
  tcp_pair();
  unique_fd from;
  unique_fd to;
};

}  // namespace ledactor::bench
