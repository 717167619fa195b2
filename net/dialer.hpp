#pragma once

#include "net/socket.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace ledactor::net {

/// Connects to a host without blocking its caller: to the first of its addresses that answers, once
/// the name service has told them. That waits on a thread that lives for one attempt. One attempt
/// at a time.
class dialer {
public:
  /// @param done called when an attempt is over; then `take` has its result. On the attempt's
  /// thread, or within `dial` if there can be none.
  explicit dialer(std::function<void()> done) : done_(std::move(done)) {}

  /// Starts an attempt, dropping the one under way, or its result, if there is one.
  /// @param host a name or an address.
  /// @param limit how long each address may take to answer, > 0. The name service may take any
  /// time.
  void dial(const std::string& host, std::uint16_t port, std::chrono::nanoseconds limit);

  /// The result of the last attempt, once; the socket is connected and does not block.
  std::optional<socket_result> take();

  /// Whether an attempt is under way that has no address yet.
  bool is_looking_up() const { return looking_up_; }

private:
  socket_result attempt(const std::string& host, std::uint16_t port, std::chrono::nanoseconds limit,
                        const std::stop_token& stop);
  void finish(socket_result result);

  std::function<void()> done_;
  std::atomic<bool> looking_up_ = false;
  std::mutex mutex_;
  std::optional<socket_result> result_;
  std::jthread thread_;  ///< stops and joins first
};

}  // namespace ledactor::net
