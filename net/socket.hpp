#pragma once

#include "net/unique_fd.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/socket.h>
#include <variant>

namespace ledactor::net {

/// Why a socket could not be had: `code` as in errno(3), and a text.
struct socket_error {
  int code = 0;
  std::string text;
};

using socket_result = std::variant<unique_fd, socket_error>;

/// Connections the kernel keeps for us until we accept them: as many as it can. Where they are too
/// few, a flood has it drop a friend's, who then tries again after a whole second (RFC 6298).
inline constexpr int listen_backlog = SOMAXCONN;

/// Listens on a TCP port. Does not block.
/// @param address an IPv4 or IPv6 address, the latter with `%interface` if it is link-local.
/// @returns an error with ENODEV while that interface is not there.
socket_result listen_on(const std::string& address, std::uint16_t port);

/// Whether `address` is an IPv4 or IPv6 address. A link-local one may name an interface that is
/// not there yet.
bool is_address(const std::string& address);

/// Whether `host` means this machine alone: `localhost` in any case, 127.0.0.0/8, also as an IPv6
/// address (RFC 4291, 2.5.5.2), or ::1.
bool is_loopback(const std::string& host);

/// How many descriptors this process may have (RLIMIT_NOFILE).
std::size_t max_descriptors();

/// Has the kernel find out whether a peer that says nothing is still there.
/// @param patience how long after its last sign of life it is asked, and how long it may take to
/// answer; in whole seconds, 1 at least.
void keep_alive(int fd, std::chrono::nanoseconds patience);

/// Ends both directions of a connection at once; the other side of it sees the end.
void shutdown_both(int fd);

/// Ends the sending direction; what was written before still arrives.
void shutdown_write(int fd);

}  // namespace ledactor::net
