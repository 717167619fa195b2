#pragma once

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

/// Checks chips and lines.
/// @param chips as `hw::find_chips` has them.
/// @note What takes a line to find out is not checked: whether the chip can do the bias.
gpio_report check_gpio(const hw::gpio_config& config, std::vector<hw::gpio_chip> chips,
                       const line_finder& find_lines);

}  // namespace ledactor::doctor
