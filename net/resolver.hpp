#pragma once

#include "net/socket.hpp"
#include "net/socket_address.hpp"

#include <chrono>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

namespace ledactor::net {

/// The addresses of a host, best first (RFC 6724), or why there is none.
using found_addresses = std::variant<std::vector<socket_address>, socket_error>;

/// Finds the addresses of a host for TCP: an address at once, a name by asking the name service.
///
/// A name service may take long, and a question to it cannot be taken back. So a thread of its own
/// asks, and goes on when nobody waits any more; whoever wants the same meanwhile waits for the
/// same answer. There is at most one such thread in the process.
/// @param host a name or an address.
/// @param until how long to wait; `max()` is for ever.
/// @returns one address at least; or ETIMEDOUT while there is no answer, ECANCELED if `stop` was
/// requested, ENODEV for an address of an interface that is not there, EAGAIN where no thread can
/// be had, EHOSTUNREACH with the name service's reason.
found_addresses resolve(const std::string& host, std::uint16_t port, const std::stop_token& stop,
                        std::chrono::steady_clock::time_point until);

}  // namespace ledactor::net
