#include "main/doctor/header_drawing.hpp"

#include "hw/gpio_choice.hpp"
#include "main/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace ledactor::doctor {

namespace {

enum class supply { none, v3, v5, ground };

/// A pin of the header: a supply, or a line of the chip.
struct pin {
  supply power = supply::none;
  std::uint32_t offset = 0;
};

constexpr pin v3{supply::v3};
constexpr pin v5{supply::v5};
constexpr pin ground{supply::ground};

constexpr pin gpio(std::uint32_t offset) {
  return {supply::none, offset};
}

/// Pins 1 to 40 of all Raspberry Pis that have as many (raspberrypi.com, documentation of the
/// computers' hardware, "GPIO and the 40-pin header").
constexpr std::array<pin, 40> header{
    v3,       v5,        // 1, 2
    gpio(2),  v5,        // 3, 4
    gpio(3),  ground,    // 5, 6
    gpio(4),  gpio(14),  // 7, 8
    ground,   gpio(15),  // 9, 10
    gpio(17), gpio(18),  // 11, 12
    gpio(27), ground,    // 13, 14
    gpio(22), gpio(23),  // 15, 16
    v3,       gpio(24),  // 17, 18
    gpio(10), ground,    // 19, 20
    gpio(9),  gpio(25),  // 21, 22
    gpio(11), gpio(8),   // 23, 24
    ground,   gpio(7),   // 25, 26
    gpio(0),  gpio(1),   // 27, 28, for an identifying EEPROM
    gpio(5),  ground,    // 29, 30
    gpio(6),  gpio(12),  // 31, 32
    gpio(13), ground,    // 33, 34
    gpio(19), gpio(16),  // 35, 36
    gpio(26), gpio(20),  // 37, 38
    ground,   gpio(21),  // 39, 40
};

constexpr std::uint32_t last_on_header = 27;

/// Room for what is at a pin, so that a row has 80 columns at most.
constexpr std::size_t wire_width = 27;

std::string name_of(const pin& p) {
  switch (p.power) {
    case supply::v3:
      return "3V3";
    case supply::v5:
      return "5V";
    case supply::ground:
      return "GND";
    case supply::none:
      break;
  }
  return fmt::format("GPIO{}", p.offset);
}

/// How one line is wired.
std::string wire_of(const board_line& line, const hw::gpio_config& config) {
  if (line.use == line_use::led) {
    return role_of(line) + (config.leds_active_low ? " <- resistor <- 3V3" : " -> resistor -> GND");
  }
  const auto what = line.use == line_use::button
                        ? role_of(line)
                        : fmt::format("control ({})", config.section == "server" ? "kick" : "quit");
  return fmt::format("{} to {}", what, config.active_low ? "GND" : "3V3");
}

/// What is at a pin; that a line is used twice is somebody else's to complain about.
std::string wires_at(const pin& p, const hw::gpio_config& config,
                     std::span<const board_line> lines) {
  std::string text;
  for (const auto& line : lines) {
    if (p.power == supply::none && offset_of(line) == p.offset) {
      text += (text.empty() ? "" : " + ") + wire_of(line, config);
    }
  }
  return text.size() <= wire_width ? text : text.substr(0, wire_width - 3) + "...";
}

bool is_on_header(const board_line& line) {
  const auto offset = offset_of(line);
  return offset && *offset <= last_on_header;
}

std::string without_end_blanks(const std::string& line) {
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

std::string where_is(const board_line& line) {
  return line.found ? hw::describe(*line.found)
                    : fmt::format("line {}", hw::to_string(line.wanted));
}

bool pulls_to_pressed(const hw::gpio_config& config) {
  return config.bias == (config.active_low ? hw::input_bias::pull_down : hw::input_bias::pull_up);
}

bool has_no_bias(const hw::gpio_config& config) {
  return config.bias == hw::input_bias::disabled || config.bias == hw::input_bias::as_is;
}

}  // namespace

std::string draw_header(const hw::gpio_config& config, std::span<const board_line> lines) {
  std::string text;
  auto out = std::back_inserter(text);
  for (std::size_t i = 0; i < header.size(); i += 2) {
    const auto& left = header[i];
    const auto& right = header[i + 1];
    text += without_end_blanks(fmt::format(
        "{:>{}} {:>6} | {:>2}  {:>2} | {:<6} {}", wires_at(left, config, lines), wire_width,
        name_of(left), i + 1, i + 2, name_of(right), wires_at(right, config, lines)));
    text += '\n';
  }
  if (!std::all_of(lines.begin(), lines.end(), is_on_header)) {
    text += "\nNot on this header:\n";
    for (const auto& line : lines) {
      if (!is_on_header(line)) {
        fmt::format_to(out, "  {}: {}\n", printable(where_is(line)), wire_of(line, config));
      }
    }
  }
  fmt::format_to(
      out,
      "\nLED     {}\n"
      "button  between its pin and {}{}\n"
      "Pins of one name (GND, 3V3) are the same. Nothing goes to 5V: GPIO bears 3.3 V.\n",
      config.leds_active_low ? "3V3 -> resistor (330 ohm) -> LED's long leg, its short leg -> pin"
                             : "pin -> resistor (330 ohm) -> LED's long leg, its short leg -> GND",
      config.active_low ? "GND" : "3V3",
      has_no_bias(config) ? fmt::format(", and a resistor (10 kohm) from the pin to {}",
                                        config.active_low ? "3V3" : "GND")
                          : "");
  return text;
}

findings check_wiring(const hw::gpio_config& config, const hw::gpio_chip* chip) {
  findings found;
  if (chip != nullptr && !hw::is_header_chip(*chip)) {
    found.push_back(note(fmt::format(
        "{} [{}] is not the chip of a Raspberry Pi's header: its lines may be at other pins",
        chip->name, printable(chip->label))));
  }
  if (pulls_to_pressed(config)) {
    found.push_back(warning(
        fmt::format("ledactor.board.bias pulls the buttons {}, and ledactor.board.active-low = {} "
                    "says that this means pressed",
                    config.active_low ? "down" : "up", config.active_low),
        "change one of the two, unless the buttons open their contact when pressed, or have "
        "stronger resistors of their own"));
  }
  if (has_no_bias(config)) {
    found.push_back(note(
        "ledactor.board.bias leaves the buttons without the chip's resistor: fit one to each"));
  }
  return found;
}

}  // namespace ledactor::doctor
