#include "hw/gpio_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

namespace ledactor::hw {

namespace {

/// The chip of the 40-pin header, on all models (Linux, drivers/pinctrl/bcm/pinctrl-bcm2835.c and
/// drivers/pinctrl/pinctrl-rp1.c). The chip's number differs between models and kernels.
constexpr std::array<std::string_view, 3> header_labels{"pinctrl-bcm2835", "pinctrl-bcm2711",
                                                        "pinctrl-rp1"};

constexpr std::string_view chip_key = "ledactor.board.chip";

std::string list_chips(std::span<const gpio_chip> chips) {
  std::string text;
  for (const auto& c : chips) {
    text += text.empty() ? "" : ", ";
    text += c.fault ? fmt::format("{} (cannot be opened)", c.name)
                    : fmt::format("{} [{}] ({} lines)", c.name, c.label, c.num_lines);
  }
  return text;
}

std::vector<gpio_chip> matching(std::span<const gpio_chip> chips, auto matches) {
  std::vector<gpio_chip> found;
  std::copy_if(chips.begin(), chips.end(), std::back_inserter(found), matches);
  return found;
}

using choice = std::variant<chip_choice, error>;

/// The chip, unless it cannot be opened.
choice take(const gpio_chip& chip, std::string why) {
  if (chip.fault) {
    return error{chip.fault->kind, fmt::format("{}: {}", chip_key, chip.fault->text)};
  }
  return chip_choice{chip, std::move(why)};
}

choice choose_automatically(std::span<const gpio_chip> chips) {
  const auto header = matching(chips, is_header_chip);
  if (header.size() == 1) {
    return take(header.front(), "its label is that of a Raspberry Pi's 40-pin header");
  }
  if (chips.size() == 1) {
    return take(chips.front(), "it is the only chip");
  }
  const auto closed =
      std::find_if(chips.begin(), chips.end(), [](const gpio_chip& c) { return c.fault; });
  if (header.empty() && closed != chips.end()) {  // it may be the one
    return take(*closed, "");
  }
  return error{fault::not_found,
               fmt::format("{}: \"auto\" cannot choose among {}; set it to one of them", chip_key,
                           list_chips(chips))};
}

}  // namespace

bool is_header_chip(const gpio_chip& chip) {
  return std::find(header_labels.begin(), header_labels.end(), chip.label) != header_labels.end();
}

std::variant<chip_choice, error> choose_chip(const std::string& wanted,
                                             std::span<const gpio_chip> chips) {
  if (chips.empty()) {
    return error{fault::not_found,
                 fmt::format("{}: this machine has no GPIO chip (no /dev/gpiochip*); run it on a "
                             "Raspberry Pi or another board with GPIO lines, or run with "
                             "--board=sim for a simulated board",
                             chip_key)};
  }
  if (wanted == automatic_chip) {
    return choose_automatically(chips);
  }
  if (wanted.find('/') != std::string::npos) {
    std::error_code ignored;
    const auto path = std::filesystem::weakly_canonical(wanted, ignored);
    const auto found = matching(chips, [&](const gpio_chip& c) { return c.path == path; });
    return found.empty()
               ? choice{error{fault::not_found, fmt::format("{}: {} is no GPIO chip; there is {}",
                                                            chip_key, wanted, list_chips(chips))}}
               : take(found.front(), "its path is configured");
  }
  auto found = matching(chips, [&](const gpio_chip& c) { return c.name == wanted; });
  const bool is_name = !found.empty();
  if (!is_name) {
    found = matching(chips, [&](const gpio_chip& c) { return c.label == wanted; });
  }
  if (found.size() == 1) {
    return take(found.front(), is_name ? "its name is configured" : "its label is configured");
  }
  const auto closed =
      std::find_if(chips.begin(), chips.end(), [](const gpio_chip& c) { return c.fault; });
  if (found.empty() && closed != chips.end()) {  // its label is not known
    return take(*closed, "");
  }
  if (found.empty()) {
    return error{fault::not_found,
                 fmt::format("{}: no chip has the name or label \"{}\"; there is {}", chip_key,
                             wanted, list_chips(chips))};
  }
  return error{fault::not_found, fmt::format("{}: {} chips have the label \"{}\": {}; give a name",
                                             chip_key, found.size(), wanted, list_chips(found))};
}

std::variant<std::uint32_t, error> choose_line(const line_id& wanted, const std::string& key,
                                               const gpio_chip& chip,
                                               std::span<const gpio_line> lines) {
  if (const auto* offset = std::get_if<std::uint32_t>(&wanted)) {
    if (*offset < lines.size()) {
      return *offset;
    }
    return error{fault::bad_line, fmt::format("{}: {} has no line {}; allowed: 0 to {}", key,
                                              chip.name, *offset, lines.size() - 1)};
  }
  const auto& name = std::get<std::string>(wanted);
  std::vector<std::uint32_t> found;
  for (const auto& line : lines) {
    if (line.name == name) {
      found.push_back(line.offset);
    }
  }
  if (found.size() == 1) {
    return found.front();
  }
  if (found.size() > 1) {
    return error{fault::bad_line,
                 fmt::format("{}: {} has {} lines named \"{}\", at the offsets {}; give the offset",
                             key, chip.name, found.size(), name, fmt::join(found, ", "))};
  }
  const bool is_nameless = std::all_of(lines.begin(), lines.end(),
                                       [](const gpio_line& line) { return line.name.empty(); });
  return error{fault::bad_line,
               fmt::format("{}: {} has no line named \"{}\"; {}", key, chip.name, name,
                           is_nameless ? "its lines have no names: give offsets"
                                       : "`ledactor doctor` lists the names there are")};
}

std::variant<board_lines, error> choose_lines(const gpio_config& config, const gpio_chip& chip,
                                              std::span<const gpio_line> lines) {
  board_lines chosen;
  std::map<std::uint32_t, std::string> users;
  std::optional<error> fault;
  const auto add = [&](const line_id& id, const char* list, std::vector<std::uint32_t>& to) {
    const auto key = fmt::format("ledactor.{}.{}", config.section, list);
    const auto found = choose_line(id, key, chip, lines);
    if (const auto* why = std::get_if<error>(&found)) {
      fault = fault ? fault : *why;
      return;
    }
    const auto offset = std::get<std::uint32_t>(found);
    const auto [known, is_new] = users.emplace(offset, key);
    if (!is_new && !fault) {
      fault = error{fault::bad_line,
                    fmt::format("{}: {} is {}, which {} has already; each LED and button needs a "
                                "line of its own",
                                key, to_string(id), describe(lines[offset]), known->second)};
    }
    to.push_back(offset);
  };
  for (const auto& id : config.leds) {
    add(id, "leds", chosen.leds);
  }
  for (const auto& id : config.buttons) {
    add(id, "buttons", chosen.inputs);
  }
  add(config.control, "control", chosen.inputs);
  if (fault) {
    return *fault;
  }
  return chosen;
}

std::string describe(const gpio_line& line) {
  return line.name.empty() ? fmt::format("line {}", line.offset)
                           : fmt::format("line {} ({})", line.offset, line.name);
}

std::string describe_user(const gpio_line& line) {
  return line.consumer.empty() ? "a consumer without a name" : fmt::format("\"{}\"", line.consumer);
}

}  // namespace ledactor::hw
