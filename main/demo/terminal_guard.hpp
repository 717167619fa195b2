#pragma once

#include "net/unique_fd.hpp"

#include <string>
#include <sys/types.h>
#include <termios.h>

namespace ledactor::demo {

/// Restores the terminal if this process dies without doing so, even by SIGKILL: a process forked
/// beforehand, which waits for the end of a pipe that dies with this process. It is in a process
/// group of its own, out of reach of what the terminal sends to this one.
class terminal_guard {
public:
  /// @param before the modes to go back to.
  /// @param farewell what to write to the terminal (stdout) to leave the view.
  /// @throws failure (69) if the guard cannot be started.
  terminal_guard(const termios& before, const std::string& farewell);
  terminal_guard(const terminal_guard&) = delete;
  terminal_guard& operator=(const terminal_guard&) = delete;
  /// Dismisses the guard; the terminal is taken to be in order.
  ~terminal_guard();

  /// The terminal is in the view's hands from now on, in the modes that it is in now.
  void arm();
  /// The terminal is as the user had it.
  void disarm();

private:
  net::unique_fd pipe_;
  pid_t pid_ = -1;
};

}  // namespace ledactor::demo
