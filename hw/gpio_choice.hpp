#pragma once

#include "hw/gpio_config.hpp"
#include "hw/gpio_survey.hpp"

#include <span>

namespace ledactor::hw {

/// A chip, and why it was taken.
struct chip_choice {
  gpio_chip chip;
  std::string why;
};

/// Whether a chip is that of a Raspberry Pi's 40-pin header, going by its label.
bool is_header_chip(const gpio_chip& chip);

/// Finds the chip that is meant.
/// @param wanted "auto", a path (/dev/gpiochip0), a name (gpiochip0) or a label. "auto" is the chip
///        of a Raspberry Pi's 40-pin header, known by its label, or else the only chip there is.
/// @param chips as `find_chips` has them.
/// @returns the chip, or `fault::not_found` with a list of what there is, or
/// `fault::no_permission`.
std::variant<chip_choice, error> choose_chip(const std::string& wanted,
                                             std::span<const gpio_chip> chips);

/// The line that is meant.
/// @param key of the configuration that names it, for the message.
/// @param lines as `find_lines` has them.
/// @returns its offset, or `fault::bad_line`.
std::variant<std::uint32_t, error> choose_line(const line_id& wanted, const std::string& key,
                                               const gpio_chip& chip,
                                               std::span<const gpio_line> lines);

/// The offsets of a board's lines on its chip.
struct board_lines {
  std::vector<std::uint32_t> leds;
  std::vector<std::uint32_t> inputs;  ///< the buttons, then the control button
};

/// Finds all lines of a board.
/// @returns `fault::bad_line` for the first that is not there, or that is meant twice.
std::variant<board_lines, error> choose_lines(const gpio_config& config, const gpio_chip& chip,
                                              std::span<const gpio_line> lines);

/// A line for people: offset, name if it has one.
std::string describe(const gpio_line& line);

/// Who uses a line, for people.
std::string describe_user(const gpio_line& line);

}  // namespace ledactor::hw
