#pragma once

#include "net/socket.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace ledactor::net {

/// Connects to a host without blocking its caller: name resolution and connect wait on a thread
/// that lives for one attempt. One attempt at a time.
class dialer {
public:
  /// @param done called on that thread when an attempt is over; then `take` has its result.
  explicit dialer(std::function<void()> done) : done_(std::move(done)) {}

  /// Starts an attempt, dropping the one under way if there is one.
  /// @param host a name or an address.
  /// @param timeout of the whole attempt, > 0.
  void dial(const std::string& host, std::uint16_t port, std::chrono::nanoseconds timeout);

  /// The result of the last attempt, once; the socket is connected and does not block.
  std::optional<socket_result> take();

private:
  void finish(socket_result result);

  std::function<void()> done_;
  std::mutex mutex_;
  std::optional<socket_result> result_;
  std::jthread thread_;  ///< stops and joins first
};

}  // namespace ledactor::net
