#include "main/doctor/gpio_check.hpp"

#include "main/options.hpp"

#include <fmt/format.h>

#include <map>

namespace ledactor::doctor {

namespace {

std::string describe(const hw::gpio_chip& chip) {
  return fmt::format("{} [{}], {} lines", chip.path, printable(chip.label), chip.num_lines);
}

void check_chips(gpio_report& report, const hw::gpio_config& config) {
  auto choice = hw::choose_chip(config.chip, report.chips);
  if (auto* chosen = std::get_if<hw::chip_choice>(&choice)) {
    report.chosen = std::move(*chosen);
    report.on_chips.push_back(
        ok(fmt::format("{}: chosen, since {}", describe(report.chosen->chip), report.chosen->why)));
    report.on_chips.push_back(ok(fmt::format("this user may open {}", report.chosen->chip.path)));
  } else {
    report.on_chips.push_back(fault_from(std::get<hw::error>(choice).text));
  }
  for (const auto& chip : report.chips) {
    if (chip.fault) {
      report.on_chips.push_back(note(fmt::format("{}: cannot be opened", chip.path)));
    } else if (!report.chosen || chip.path != report.chosen->chip.path) {
      report.on_chips.push_back(note(describe(chip)));
    }
  }
}

/// The names of a chip's lines, in the order of their offsets.
finding list_names(const hw::gpio_chip& chip, std::span<const hw::gpio_line> known) {
  std::string text;
  for (const auto& line : known) {
    if (!line.name.empty()) {
      text += fmt::format("{}{}", text.empty() ? "" : ", ", printable(line.name));
    }
  }
  return note(fmt::format("the names on {} are: {}", chip.name, text));
}

/// Finds each line on the chip; what is wrong with one does not keep it from the next.
void find_each(gpio_report& report, const hw::gpio_config& config,
               std::span<const hw::gpio_line> known) {
  const auto& chip = report.chosen->chip;
  bool lacks_name = false;
  for (auto& line : report.lines) {
    const auto offset = hw::choose_line(line.wanted, key_of(line, config), chip, known);
    if (const auto* why = std::get_if<hw::error>(&offset)) {
      auto& found = report.on_lines.emplace_back(fault_from(why->text));
      if (found.cure.find("`ledactor doctor`") != std::string::npos) {  // that is us
        found.cure = "choose one of its names, which are listed with the lines, or an offset";
        lacks_name = true;
      }
    } else {
      line.found = known[std::get<std::uint32_t>(offset)];
    }
  }
  if (lacks_name) {
    report.on_lines.push_back(list_names(chip, known));
  }
  if (report.on_lines.empty()) {
    const auto together = hw::choose_lines(config, chip, known);
    if (const auto* why = std::get_if<hw::error>(&together)) {
      report.on_lines.push_back(fault_from(why->text));
    }
  }
}

/// Lines in use, as one fault for each user.
void check_users(gpio_report& report) {
  std::map<std::string, std::vector<const board_line*>> users;
  for (const auto& line : report.lines) {
    if (line.found && line.found->used) {
      users[line.found->consumer].push_back(&line);
    }
  }
  for (const auto& [consumer, lines] : users) {
    std::string roles;
    for (const auto* line : lines) {
      roles += fmt::format("{}{} ({})", roles.empty() ? "" : ", ", role_of(*line),
                           hw::describe(*line->found));
    }
    report.on_lines.push_back(fault(
        fmt::format("in use by {}: {}", printable(hw::describe_user(*lines[0]->found)), roles),
        consumer == hw::consumer ? "a board is running already: stop it first"
                                 : "end that program, or choose another line"));
  }
}

/// Whether an input is pressed before a run has begun: a stuck wire, or the wrong wiring.
void check_levels(gpio_report& report, const hw::gpio_config& config,
                  const input_reader& read_inputs) {
  const auto levels = read_inputs(config);
  if (const auto* why = std::get_if<hw::error>(&levels)) {
    report.on_lines.push_back(fault_from(why->text));
    return;
  }
  std::string held;
  std::uint32_t input = 0;
  for (const auto& line : report.lines) {
    if (line.use != line_use::led
        && std::get<hw::input_levels>(levels).of(input++, config.buttons.size())) {
      held += fmt::format("{}{} ({})", held.empty() ? "" : ", ", role_of(line),
                          printable(hw::describe(*line.found)));
    }
  }
  if (!held.empty()) {
    report.on_lines.push_back(warning(
        fmt::format("pressed now: {}", held),
        fmt::format("let go; if nobody presses it, look for a short in its wiring, and set "
                    "ledactor.board.active-low and bias as it is wired: active-low = {} takes a "
                    "{} line for pressed",
                    config.active_low, config.active_low ? "low" : "high")));
  }
}

}  // namespace

gpio_report check_gpio(const hw::gpio_config& config, std::vector<hw::gpio_chip> chips,
                       const line_finder& find_lines, const input_reader& read_inputs) {
  gpio_report report{.chips = std::move(chips), .lines = list_lines(config)};
  check_chips(report, config);
  if (!report.chosen) {
    report.on_lines.push_back(note("not checked, for want of a chip"));
    return report;
  }
  const auto known = find_lines(report.chosen->chip.path);
  if (const auto* why = std::get_if<hw::error>(&known)) {
    report.on_lines.push_back(fault_from(why->text));
    return report;
  }
  find_each(report, config, std::get<std::vector<hw::gpio_line>>(known));
  check_users(report);
  if (report.on_lines.empty()) {
    check_levels(report, config, read_inputs);
  }
  return report;
}

}  // namespace ledactor::doctor
