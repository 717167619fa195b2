#pragma once

#include "tests/bench/child.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ledactor::bench {

/// What looks at a board.
struct audience {
  std::size_t viewers = 0;  ///< who are sent events, and read them
  bool is_scraped = false;  ///< whether `/metrics` is asked for every second
};

/// A process that looks at some boards for as long as this object lives. It keeps off the core that
/// it was started on, if there is another: what it does itself is no cost of the boards'.
class viewers {
public:
  /// Waits until all look on.
  /// @param ports where the boards are served, on 127.0.0.1.
  /// @param each of the boards has such an audience.
  viewers(std::vector<std::uint16_t> ports, audience each);

private:
  static int look(const std::vector<std::uint16_t>& ports, audience each, int ready);

  pipe_ends ready_ = make_pipe();
  child process_;
};

/// Processes that read a board's log, of debug too, as fast as they are given it, for as long as
/// they live. They keep off this core, as `viewers` do.
/// @param port where the board is served, on 127.0.0.1.
std::vector<child> read_log(std::uint16_t port, std::size_t readers);

}  // namespace ledactor::bench
