#pragma once

#include "hw/board.hpp"
#include "hw/gpio_config.hpp"

namespace ledactor::hw {

/// Opens a board on real lines, through the kernel's GPIO character device (uAPI v2, libgpiod).
///
/// One request holds all inputs, one all outputs, both as the consumer `ledactor`; the LEDs are
/// off from the request on. Edges have the kernel's timestamps (CLOCK_MONOTONIC) and sequence
/// numbers.
/// @param config whose chip, if it is "auto", becomes the label of the one that was taken: should
///        it vanish, no other is to be driven in its place.
/// @returns the board, or why it cannot be had, with the cure.
std::variant<std::unique_ptr<board>, error> open_gpio_board(gpio_config& config);

/// Turns a board's LEDs off, as some kernels leave outputs driven when their owner was killed.
/// @returns how many LEDs, or why they cannot be had: `fault::busy` while a board has them.
std::variant<std::size_t, error> clear_gpio_leds(const gpio_config& config);

/// Reads a board's inputs as a run would find them. It takes their lines for a moment, which are
/// inputs with the configured bias from then on.
/// @returns why that cannot be, as `open_gpio_board` does.
std::variant<input_levels, error> look_at_gpio_inputs(const gpio_config& config);

}  // namespace ledactor::hw
