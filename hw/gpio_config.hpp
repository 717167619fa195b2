#pragma once

#include "hw/line_id.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace ledactor::hw {

/// As whom the kernel lists the user of our lines.
inline constexpr const char* consumer = "ledactor";

/// What pulls an input that nothing drives. Kernel ABI: GPIO_V2_LINE_FLAG_BIAS_*.
enum class input_bias { pull_up, pull_down, disabled, as_is };

/// Instead of a chip: whichever is the right one, see `choose_chip`.
inline constexpr const char* automatic_chip = "auto";

/// Which lines of which chip make a board, and how they are wired.
struct gpio_config {
  std::string section = "server";     ///< of the configuration, for messages: "server" or "client"
  std::string chip = automatic_chip;  ///< see `choose_chip`; conf `ledactor.board.chip`
  std::vector<line_id> leds;          ///< 1 to `max_lines`; conf `ledactor.ROLE.leds`
  std::vector<line_id> buttons;       ///< 1 to `max_lines`; conf `ledactor.ROLE.buttons`
  line_id control;                    ///< conf `ledactor.ROLE.control`
  input_bias bias = input_bias::pull_up;  ///< of the buttons; conf `ledactor.board.bias`
  bool active_low = true;        ///< a pressed button is low; conf `ledactor.board.active-low`
  bool leds_active_low = false;  ///< a lit LED is low; conf `ledactor.board.leds-active-low`
  std::chrono::microseconds debounce{0};  ///< by the kernel; 0: none; >= 0
};

}  // namespace ledactor::hw
