#include "main/doctor/board_line.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ledactor::doctor {

std::vector<board_line> list_lines(const hw::gpio_config& config) {
  std::vector<board_line> lines;
  for (std::size_t i = 0; i < config.leds.size(); ++i) {
    lines.push_back({line_use::led, i + 1, config.leds[i]});
  }
  for (std::size_t i = 0; i < config.buttons.size(); ++i) {
    lines.push_back({line_use::button, i + 1, config.buttons[i]});
  }
  lines.push_back({line_use::control, 1, config.control});
  return lines;
}

std::string role_of(const board_line& line) {
  switch (line.use) {
    case line_use::led:
      return fmt::format("LED {}", line.number);
    case line_use::button:
      return fmt::format("button {}", line.number);
    case line_use::control:
      break;
  }
  return "control";
}

std::string key_of(const board_line& line, const hw::gpio_config& config) {
  return fmt::format("ledactor.{}.{}", config.section,
                     line.use == line_use::led      ? "leds"
                     : line.use == line_use::button ? "buttons"
                                                    : "control");
}

std::optional<std::uint32_t> offset_of(const board_line& line) {
  if (line.found) {
    return line.found->offset;
  }
  if (const auto* offset = std::get_if<std::uint32_t>(&line.wanted)) {
    return *offset;
  }
  constexpr std::string_view prefix = "GPIO";
  const auto& name = std::get<std::string>(line.wanted);
  if (!name.starts_with(prefix)) {
    return std::nullopt;
  }
  std::uint32_t number = 0;
  const auto* const end = name.data() + name.size();
  const auto [stop, fault] = std::from_chars(name.data() + prefix.size(), end, number);
  return fault == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

}  // namespace ledactor::doctor
