#pragma once

#include "hw/gpio_config.hpp"
#include "hw/gpio_survey.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ledactor::doctor {

/// What a line is for.
enum class line_use { led, button, control };

/// One configured line of the board.
struct board_line {
  line_use use;
  std::size_t number;                    ///< of the LED or the button, from 1
  hw::line_id wanted;                    ///< as configured
  std::optional<hw::gpio_line> found{};  ///< on the chosen chip
};

/// All configured lines: the LEDs, the buttons, the control button.
std::vector<board_line> list_lines(const hw::gpio_config& config);

/// "LED 1", "button 1" or "control".
std::string role_of(const board_line& line);

/// The key that configures it, such as ledactor.server.leds.
std::string key_of(const board_line& line, const hw::gpio_config& config);

/// The offset on the chip, if it is known: found there, or configured, or in a name like GPIO17.
std::optional<std::uint32_t> offset_of(const board_line& line);

}  // namespace ledactor::doctor
