#pragma once

#include "net/socket.hpp"
#include "net/socket_address.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ledactor::net {

/// The addresses of a host, best first (RFC 6724), or why there is none.
using found_addresses = std::variant<std::vector<socket_address>, socket_error>;

/// Finds the addresses of a host for TCP: an address at once, a name by asking the name service.
///
/// A name service may take long, and a question to it cannot be taken back. So a thread asks, and
/// goes on when nobody waits any more; another look-up of the same name waits for the same answer.
/// There is at most one such thread in the process.
class lookup {
public:
  /// @param host a name or an address.
  /// @param answered called once, when `take` has the answer: on the thread that asks, or within
  /// this constructor. Not after the destructor.
  lookup(const std::string& host, std::uint16_t port, std::function<void()> answered);
  lookup(const lookup&) = delete;
  lookup& operator=(const lookup&) = delete;
  ~lookup();

  /// The answer, once: one address at least, or ENODEV for an address of an interface that is not
  /// there, EAGAIN where no thread can be had, EHOSTUNREACH with the name service's reason.
  std::optional<found_addresses> take();

  struct asker;

private:
  std::shared_ptr<asker> asker_;
};

/// Waits for the answer of a look-up.
/// @returns as `lookup::take`, or ETIMEDOUT while there is no answer.
found_addresses resolve(const std::string& host, std::uint16_t port,
                        std::chrono::steady_clock::time_point until);

}  // namespace ledactor::net
