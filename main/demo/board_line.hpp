#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ledactor::demo {

/// A line of a simulated board, taken apart.
struct board_line {
  enum class kind { led, link_up, link_down, waiting, kicked };

  kind what;
  /// `led`: which, 1 or higher. `waiting`: the place in the queue, 1 or higher.
  std::size_t number = 0;
  /// `led`: whether it is lit.
  bool on = false;
  /// `link_up`: the peer's name. `link_down`: the reason. `waiting`: who holds the seat.
  std::string name;
};

/// @returns nothing if the line is none that the contract knows.
std::optional<board_line> parse(std::string_view text);

}  // namespace ledactor::demo
