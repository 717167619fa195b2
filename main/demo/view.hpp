#pragma once

#include "main/demo/keypad.hpp"
#include "main/demo/rig.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ledactor::demo {

/// A board, as the view shows it.
struct board_picture {
  std::string title;
  /// The address of its page; empty if it has none.
  std::string page;
  /// The link's state, in words.
  std::string link;
  bool linked = false;
  std::array<bool, channels> leds{};
  /// The last is the control button.
  std::array<keypad::state, channels + 1> buttons{};
  /// Press-to-LED times of its buttons, in words.
  std::string times;
};

/// All that the view shows.
struct picture {
  std::string title;
  /// The server and the client.
  std::array<board_picture, 2> boards;
  /// The client that has no seat.
  std::string queue;
  /// What happened, the newest last.
  std::vector<std::string> events;
  /// Keys latch their buttons.
  bool latch = false;
};

/// The least size that `draw` can do with.
inline constexpr int view_rows = 22;
inline constexpr int view_columns = 80;

/// Draws to the terminal (which a `terminal` has taken over); in too small a one, says so.
void draw(const picture& what);

/// The key, as `keypad` counts them, of the button that is drawn there.
std::optional<std::size_t> key_at(int row, int column);

}  // namespace ledactor::demo
