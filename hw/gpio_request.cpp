#include "hw/gpio_request.hpp"

#include "hw/gpio_choice.hpp"
#include "hw/gpio_error.hpp"

#include <fmt/format.h>

#include <exception>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

namespace ledactor::hw {

namespace {

/// What the kernel answers when a driver cannot do what is asked (ENOTSUPP of linux/errno.h, which
/// has no name in user space).
constexpr int not_supported_by_driver = 524;

/// A chip and the offsets of a board's lines on it.
struct located_board {
  gpio_chip chip;
  std::vector<gpio_line> all_lines;
  board_lines lines;
};

std::variant<located_board, error> locate(const gpio_config& config) {
  const auto chips = find_chips();
  auto chosen = choose_chip(config.chip, chips);
  if (auto* why = std::get_if<error>(&chosen)) {
    return std::move(*why);
  }
  const auto& chip = std::get<chip_choice>(chosen).chip;
  auto all_lines = find_lines(chip.path);
  if (auto* why = std::get_if<error>(&all_lines)) {
    return std::move(*why);
  }
  auto& known = std::get<std::vector<gpio_line>>(all_lines);
  auto lines = choose_lines(config, chip, known);
  if (auto* why = std::get_if<error>(&lines)) {
    return std::move(*why);
  }
  return located_board{chip, std::move(known), std::get<board_lines>(std::move(lines))};
}

gpiod::line::bias to_gpiod(input_bias bias) {
  switch (bias) {
    case input_bias::pull_up:
      return gpiod::line::bias::PULL_UP;
    case input_bias::pull_down:
      return gpiod::line::bias::PULL_DOWN;
    case input_bias::disabled:
      return gpiod::line::bias::DISABLED;
    case input_bias::as_is:
      break;
  }
  return gpiod::line::bias::AS_IS;
}

gpiod::line_settings input_settings(const gpio_config& config) {
  gpiod::line_settings settings;
  settings.set_direction(gpiod::line::direction::INPUT)
      .set_edge_detection(gpiod::line::edge::BOTH)
      .set_bias(to_gpiod(config.bias))
      .set_active_low(config.active_low)
      .set_debounce_period(config.debounce);
  return settings;
}

gpiod::line_settings led_settings(const gpio_config& config) {
  gpiod::line_settings settings;
  settings.set_direction(gpiod::line::direction::OUTPUT)
      .set_active_low(config.leds_active_low)
      .set_output_value(gpiod::line::value::INACTIVE);
  return settings;
}

gpiod::line::offsets to_offsets(std::span<const std::uint32_t> numbers) {
  return {numbers.begin(), numbers.end()};
}

gpiod::line_request request(const std::string& chip, const gpiod::line::offsets& offsets,
                            const gpiod::line_settings& settings) {
  return gpiod::chip{chip}
      .prepare_request()
      .set_consumer(consumer)
      .set_event_buffer_size(max_kept_edges)
      .add_line_settings(offsets, settings)
      .do_request();
}

/// Which of the lines others use, in words.
std::string describe_users(std::span<const gpio_line> lines,
                           std::span<const std::uint32_t> offsets) {
  std::string text;
  for (const auto offset : offsets) {
    if (lines[offset].used) {
      text += fmt::format("{}{} is in use by {}", text.empty() ? "" : ", ", describe(lines[offset]),
                          describe_user(lines[offset]));
    }
  }
  return text;
}

/// Whether a bias may be the cause. Many drivers that have none say nothing, and the lines are had
/// without it.
bool is_about_bias(std::error_code why) {
  return why == std::errc::invalid_argument || why == std::errc::operation_not_supported
         || why.value() == not_supported_by_driver;
}

/// Whether the inputs can be had if nothing is asked of their bias.
bool works_without_bias(const located_board& board, gpio_config config) {
  config.bias = input_bias::as_is;
  try {
    request(board.chip.path, to_offsets(board.lines.inputs), input_settings(config));
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

/// Why lines cannot be had.
error request_error(const located_board& board, const std::string& lists,
                    std::span<const std::uint32_t> offsets, std::error_code why) {
  if (why == std::errc::device_or_resource_busy) {
    const auto now = find_lines(board.chip.path);
    const auto* lines = std::get_if<std::vector<gpio_line>>(&now);
    const auto users = describe_users(lines != nullptr ? *lines : board.all_lines, offsets);
    return {fault::busy, fmt::format("{}: {}: {}; end that program, or choose another line", lists,
                                     board.chip.name, users.empty() ? "a line is in use" : users)};
  }
  if (why == std::errc::permission_denied || why == std::errc::operation_not_permitted
      || why == std::errc::no_such_device) {
    return chip_error(board.chip.path, why);
  }
  return {fault::bad_line, fmt::format("{}: {} refuses lines {}: {}", lists, board.chip.name,
                                       fmt::join(offsets, ", "), why.message())};
}

std::variant<gpiod::line_request, error> request_leds(const gpio_config& config,
                                                      const located_board& board) {
  try {
    return request(board.chip.path, to_offsets(board.lines.leds), led_settings(config));
  } catch (const std::exception& e) {
    return request_error(board, fmt::format("ledactor.{}.leds", config.section), board.lines.leds,
                         code_of(e));
  }
}

std::variant<gpiod::line_request, error> request_inputs(const gpio_config& config,
                                                        const located_board& board) {
  try {
    return request(board.chip.path, to_offsets(board.lines.inputs), input_settings(config));
  } catch (const std::exception& e) {
    const auto why = code_of(e);
    if (is_about_bias(why) && config.bias != input_bias::as_is
        && works_without_bias(board, config)) {
      return error{fault::bad_line,
                   fmt::format("ledactor.board.bias: {} cannot do that; fit resistors to the "
                               "buttons, and set it to \"as-is\"",
                               board.chip.name)};
    }
    return request_error(
        board, fmt::format("ledactor.{0}.buttons and ledactor.{0}.control", config.section),
        board.lines.inputs, why);
  }
}

}  // namespace

std::variant<gpio_lines, error> request_lines(const gpio_config& config) {
  const auto located = locate(config);
  if (const auto* why = std::get_if<error>(&located)) {
    return *why;
  }
  const auto& board = std::get<located_board>(located);
  auto leds = request_leds(config, board);
  if (auto* why = std::get_if<error>(&leds)) {
    return std::move(*why);
  }
  auto inputs = request_inputs(config, board);
  if (auto* why = std::get_if<error>(&inputs)) {
    return std::move(*why);
  }
  return gpio_lines{
      .chip = board.chip.path,
      .label = board.chip.label.empty() ? board.chip.name : board.chip.label,
      .input_offsets = to_offsets(board.lines.inputs),
      .led_offsets = to_offsets(board.lines.leds),
      .inputs = std::get<gpiod::line_request>(std::move(inputs)),
      .leds = std::get<gpiod::line_request>(std::move(leds)),
  };
}

std::variant<gpiod::line_request, error> request_leds(const gpio_config& config) {
  const auto located = locate(config);
  if (const auto* why = std::get_if<error>(&located)) {
    return *why;
  }
  return request_leds(config, std::get<located_board>(located));
}

std::variant<gpiod::line_request, error> request_inputs(const gpio_config& config) {
  const auto located = locate(config);
  if (const auto* why = std::get_if<error>(&located)) {
    return *why;
  }
  return request_inputs(config, std::get<located_board>(located));
}

}  // namespace ledactor::hw
