#pragma once

#include "hw/board.hpp"
#include "hw/gpio_choice.hpp"
#include "main/doctor/board_line.hpp"
#include "main/doctor/finding.hpp"

#include <functional>

namespace ledactor::doctor {

/// What there is of GPIO, and how it fits the configuration.
struct gpio_report {
  std::vector<hw::gpio_chip> chips{};
  std::optional<hw::chip_choice> chosen{};
  std::vector<board_line> lines{};
  findings on_chips{};
  findings on_lines{};
};

/// Finds a chip's lines by the chip's path, as `hw::find_lines` does.
using line_finder =
    std::function<std::variant<std::vector<hw::gpio_line>, hw::error>(const std::string&)>;

/// Reads the board's inputs, as `hw::look_at_gpio_inputs` does.
using input_reader =
    std::function<std::variant<hw::input_levels, hw::error>(const hw::gpio_config&)>;

/// Checks chips and lines, and then, if they are all there and free, what the inputs show.
/// @param chips as `hw::find_chips` has them.
gpio_report check_gpio(const hw::gpio_config& config, std::vector<hw::gpio_chip> chips,
                       const line_finder& find_lines, const input_reader& read_inputs);

}  // namespace ledactor::doctor
