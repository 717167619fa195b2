#pragma once

#include "main/doctor/board_line.hpp"
#include "main/doctor/finding.hpp"

#include <span>

namespace ledactor::doctor {

/// Draws a Raspberry Pi's 40-pin header with a board's LEDs and buttons at their pins, and says
/// below how each kind is wired. Plain ASCII, at most 80 columns, a newline after each line.
/// @param config says what bias there is and which level is active.
/// @param lines of the board; those that are not on the header are listed below it.
std::string draw_header(const hw::gpio_config& config, std::span<const board_line> lines);

/// What else there is to know about the wiring: contradictions, resistors that are needed.
/// @param chip that was chosen; null if none was.
findings check_wiring(const hw::gpio_config& config, const hw::gpio_chip* chip);

}  // namespace ledactor::doctor
