#pragma once

#include "main/demo/board_line.hpp"
#include "main/demo/child_board.hpp"
#include "main/demo/rig.hpp"

#include <array>
#include <string>

namespace ledactor::demo {

/// A board of the live view: its process, and what its lines have told so far.
struct live_board {
  child_board process;
  std::array<bool, channels> leds{};
  /// The link's state, in words.
  std::string link;
  bool linked = false;
  /// Stopped by the demo, as if its cable were pulled.
  bool frozen = false;
  /// Has printed a line.
  bool spoke = false;
  /// Killed by the demo, as if its power were cut.
  bool cut = false;

  /// @param idle the link's state while there is none.
  live_board(child_board child, std::string idle);

  /// Takes note of a line.
  void take(const board_line& line);
  void freeze();
  void thaw();

  /// The link's state, or what is stronger.
  std::string state() const;

private:
  std::string idle_;
};

}  // namespace ledactor::demo
