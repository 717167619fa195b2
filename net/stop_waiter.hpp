#pragma once

#include "net/unique_fd.hpp"

#include <chrono>
#include <functional>
#include <poll.h>
#include <stop_token>
#include <vector>

namespace ledactor::net {

/// poll(2) on a thread that may be told to stop, and then returns at once.
class stop_waiter {
public:
  explicit stop_waiter(const std::stop_token& stop);

  /// Waits until a descriptor is ready, the time has come, or a stop is requested.
  /// @returns whether to go on: false once a stop is requested.
  bool wait(std::vector<pollfd> descriptors, std::chrono::steady_clock::time_point until);

private:
  std::stop_token stop_;
  unique_fd wake_;  ///< an eventfd(2); none if the process has no descriptor left
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace ledactor::net
