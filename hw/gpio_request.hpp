#pragma once

#include "hw/error.hpp"
#include "hw/gpio_config.hpp"

#include <gpiod.hpp>

#include <string>
#include <variant>

namespace ledactor::hw {

/// Most edges that the kernel keeps for us; of more, the oldest are lost. It is the most that it
/// keeps for anybody (GPIO_V2_LINES_MAX * 16 in Linux, drivers/gpio/gpiolib-cdev.c).
inline constexpr std::size_t max_kept_edges = 1024;

/// A board's lines, held until this is destroyed.
struct gpio_lines {
  std::string chip;                    ///< its path, for messages
  std::string label;                   ///< the chip's, or its name if it has none
  gpiod::line::offsets input_offsets;  ///< the buttons, then the control button
  gpiod::line::offsets led_offsets;
  gpiod::line_request inputs;
  gpiod::line_request leds;
};

/// Takes all lines of a board: the inputs with one request, the LEDs, which are off, with another.
/// @returns why that cannot be: no chip, no permission, a line that is not there or in use, a bias
///          that the chip cannot do; with the cure.
std::variant<gpio_lines, error> request_lines(const gpio_config& config);

/// Takes the LEDs alone; they are off.
std::variant<gpiod::line_request, error> request_leds(const gpio_config& config);

/// Takes the inputs alone: the buttons, then the control button.
std::variant<gpiod::line_request, error> request_inputs(const gpio_config& config);

}  // namespace ledactor::hw
