#pragma once

#include "hw/board.hpp"

#include <optional>

namespace ledactor::hw {

/// A file descriptor that is readable from a moment on (timerfd_create(2)).
class timer {
public:
  /// @throws std::system_error if the process has no descriptor left.
  timer();
  timer(const timer&) = delete;
  timer& operator=(const timer&) = delete;
  ~timer();

  /// What to poll for POLLIN.
  int fd() const { return fd_; }

  /// Makes it readable at `when` and later, or never. Costs nothing if it was set so before.
  void set(std::optional<timestamp> when);

private:
  int fd_;
  std::optional<timestamp> set_{};
};

}  // namespace ledactor::hw
