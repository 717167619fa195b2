#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace ledactor::hw {

/// Longest line a simulated board takes on stdin [bytes], its newline apart.
inline constexpr std::size_t max_command_length = 256;

/// Longest time that `press N MS` holds a button.
inline constexpr std::chrono::milliseconds max_hold{3'600'000};

/// A finger comes down on an input, for a while or until it is lifted.
struct press_command {
  std::uint32_t input;  ///< counted as in `edge::input`
  std::optional<std::chrono::milliseconds> hold;
};

/// The finger is lifted from an input.
struct release_command {
  std::uint32_t input;
};

/// Asks for a line about each LED.
struct leds_command {};

/// What a line on stdin asks of a simulated board.
using sim_command = std::variant<press_command, release_command, leds_command>;

/// Parses one line: `press N [MS]`, `release N` or `leds`, where N is 1 to `num_buttons`, or
/// `control`.
/// @param longest the longest time that a press may hold.
/// @returns the command, or a sentence about what is wrong and what is allowed.
std::variant<sim_command, std::string> parse_sim_command(
    std::string_view line, std::size_t num_buttons, std::chrono::milliseconds longest = max_hold);

}  // namespace ledactor::hw
