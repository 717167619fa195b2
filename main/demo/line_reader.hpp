#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace ledactor::demo {

/// The clock of everything the demo measures.
using clock = std::chrono::steady_clock;

/// A line that a board printed.
struct timed_line {
  std::string text;
  /// When it was read.
  clock::time_point at;
};

/// Splits what a pipe yields into lines, within bounds.
class line_reader {
public:
  /// A longer line is cut here, and ends in "..." [bytes].
  static constexpr std::size_t max_line = 256;
  /// More lines than this wait for nobody: the board prints without end.
  static constexpr std::size_t max_lines = 4096;

  /// What came of a read.
  enum class state { some, nothing_yet, end };

  /// Reads once, at most 4 KiB.
  /// @param fd a non-blocking pipe.
  /// @throws failure on more than `max_lines` lines unread.
  state fill(int fd);

  /// Takes in bytes that arrived at `at`.
  void feed(std::string_view bytes, clock::time_point at);

  /// The oldest line not yet taken.
  std::optional<timed_line> next();

private:
  std::string partial_;
  std::deque<timed_line> lines_;
};

}  // namespace ledactor::demo
