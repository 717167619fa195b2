#pragma once

#include "tests/bench/child.hpp"
#include "tests/bench/timing.hpp"

#include <string>
#include <string_view>

namespace ledactor::bench {

/// Talks in lines with two processes, or twice with one: writes to the stdin of the first, reads
/// the stdout of the second. Everything throws std::runtime_error when it fails or takes longer
/// than `patience`.
class line_channel {
public:
  /// @param input,output our ends of the pipes; not owned.
  line_channel(int input, int output);

  /// Writes a line, given with its newline.
  /// @returns when the writing began.
  clock::time_point tell(std::string_view line) const;

  /// Reads up to and with the first line that is `line`.
  /// @returns when that had been read.
  clock::time_point wait_for(std::string_view line);

  /// Reads up to and with the first line that begins with `prefix`.
  /// @returns that line.
  std::string wait_for_prefix(std::string_view prefix);

  /// Presses and releases button 1, as fast as the pipe takes it, and waits until the LED has shown
  /// it all.
  /// @param changes how many of both, > 0 and even.
  /// @returns how long that took. Throws if the LED missed a change, or made one up.
  duration flood(std::size_t changes);

private:
  std::string next_line();
  void read_more();
  bool is_ready(int fd, short events, std::chrono::milliseconds limit) const;

  int input_;
  int output_;
  unique_fd epoll_;
  std::string unread_;
};

}  // namespace ledactor::bench
