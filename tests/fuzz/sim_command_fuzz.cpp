// A line on a simulated board's stdin: the first byte says how many buttons it has.

#include "hw/sim_command.hpp"
#include "tests/fuzz/property.hpp"

#include <string>

using namespace ledactor;
using fuzz::must;

namespace {

std::string name_of(std::uint32_t input, std::size_t num_buttons) {
  must(input <= num_buttons, "an input is a button or the control button");
  return input == num_buttons ? "control" : std::to_string(input + 1);
}

/// The line that asks for it.
std::string to_line(const hw::sim_command& command, std::size_t num_buttons) {
  if (const auto* press = std::get_if<hw::press_command>(&command)) {
    auto line = "press " + name_of(press->input, num_buttons);
    if (!press->hold) {
      return line;
    }
    must(press->hold->count() >= 1 && *press->hold <= hw::max_hold, "a hold is in bounds");
    return line + ' ' + std::to_string(press->hold->count());
  }
  if (const auto* release = std::get_if<hw::release_command>(&command)) {
    return "release " + name_of(release->input, num_buttons);
  }
  return "leds";
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input bytes{data, size};
  const std::size_t num_buttons = 1 + fuzz::take_byte(bytes) % 64;
  const auto parsed = hw::parse_sim_command(fuzz::to_text(bytes), num_buttons);
  if (const auto* complaint = std::get_if<std::string>(&parsed)) {
    must(fuzz::is_one_line(*complaint), "a complaint is one line");
    return 0;
  }
  const auto line = to_line(std::get<hw::sim_command>(parsed), num_buttons);
  const auto again = hw::parse_sim_command(line, num_buttons);
  must(std::holds_alternative<hw::sim_command>(again), "its own line is understood");
  must(to_line(std::get<hw::sim_command>(again), num_buttons) == line, "its own line is the same");
  return 0;
}
