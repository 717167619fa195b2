#define CAF_SUITE gpio_check

#include "main/doctor/gpio_check.hpp"

#include <caf/test/bdd_dsl.hpp>

using namespace ledactor;
using namespace ledactor::doctor;

namespace {

const hw::gpio_chip header_chip{"/dev/gpiochip0", "gpiochip0", "pinctrl-bcm2711", 28};
const hw::gpio_chip other_chip{"/dev/gpiochip1", "gpiochip1", "raspberrypi-exp-gpio", 8};

hw::gpio_config two_leds_one_button() {
  hw::gpio_config config;
  config.leds = {4U, "GPIO17"};
  config.buttons = {23U};
  config.control = 26U;
  return config;
}

/// The lines of the header's chip, all free.
std::vector<hw::gpio_line> free_lines() {
  std::vector<hw::gpio_line> lines;
  for (std::uint32_t offset = 0; offset < header_chip.num_lines; ++offset) {
    lines.push_back({offset, "GPIO" + std::to_string(offset)});
  }
  return lines;
}

void take(hw::gpio_line& line, const std::string& consumer) {
  line.used = true;
  line.consumer = consumer;
}

/// What the inputs show, or why they cannot be read.
using inputs = std::variant<hw::input_levels, hw::error>;

gpio_report check(const hw::gpio_config& config, const std::vector<hw::gpio_line>& lines,
                  const inputs& levels = hw::input_levels{}) {
  return check_gpio(
      config, {header_chip, other_chip},
      [&](const std::string& path) {
        CHECK_EQ(path, "/dev/gpiochip0");
        return lines;
      },
      [&](const hw::gpio_config&) { return levels; });
}

inputs read_no_inputs(const hw::gpio_config&) {
  CAF_FAIL("lines that are not there, or not free, cannot be read");
  return {};
}

gpio_report check_without_lines(std::vector<hw::gpio_chip> chips) {
  return check_gpio(
      two_leds_one_button(), std::move(chips),
      [](const std::string&) {
        CAF_FAIL("there is no chip whose lines could be asked for");
        return std::vector<hw::gpio_line>{};
      },
      read_no_inputs);
}

/// Findings as a person would read them.
std::string told(const findings& found) {
  std::string text;
  for (const auto& f : found) {
    text += f.verdict == mark::fault     ? "FAULT "
            : f.verdict == mark::warning ? "warn "
            : f.verdict == mark::note    ? "note "
                                         : "";
    text += f.text + (f.cure.empty() ? "" : " -> " + f.cure) + '\n';
  }
  return text;
}

}  // namespace

SCENARIO("all is well when the lines are there and free") {
  const auto report = check(two_leds_one_button(), free_lines());
  CHECK_EQ(told(report.on_chips),
           "/dev/gpiochip0 [pinctrl-bcm2711], 28 lines: chosen, since its label is that of a "
           "Raspberry Pi's 40-pin header\n"
           "this user may open /dev/gpiochip0\n"
           "note /dev/gpiochip1 [raspberrypi-exp-gpio], 8 lines\n");
  CHECK_EQ(told(report.on_lines), "");
  REQUIRE_EQ(report.lines.size(), 4U);
  CHECK_EQ(role_of(report.lines[1]), "LED 2");
  CHECK_EQ(report.lines[1].found->offset, 17U);
  CHECK_EQ(role_of(report.lines[2]), "button 1");
  CHECK_EQ(role_of(report.lines[3]), "control");
  CHECK_EQ(report.lines[3].found->name, "GPIO26");
}

SCENARIO("a line in use is a fault, one for each user") {
  auto lines = free_lines();
  take(lines[4], "lamp");
  take(lines[17], "");
  take(lines[26], "lamp");
  CHECK_EQ(told(check(two_leds_one_button(), lines).on_lines),
           "FAULT in use by a consumer without a name: LED 2 (line 17 (GPIO17)) -> end that "
           "program, or choose another line\n"
           "FAULT in use by \"lamp\": LED 1 (line 4 (GPIO4)), control (line 26 (GPIO26)) -> end "
           "that program, or choose another line\n");
}

SCENARIO("lines of a running board are told as that") {
  auto lines = free_lines();
  take(lines[4], hw::consumer);
  CHECK_EQ(told(check(two_leds_one_button(), lines).on_lines),
           "FAULT in use by \"ledactor\": LED 1 (line 4 (GPIO4)) -> a board is running already: "
           "stop it first\n");
}

SCENARIO("lines in use are not read") {
  auto lines = free_lines();
  take(lines[4], "lamp");
  const auto report = check_gpio(
      two_leds_one_button(), {header_chip}, [&](const std::string&) { return lines; },
      read_no_inputs);
  CHECK_EQ(report.on_lines.size(), 1U);
}

SCENARIO("a button that is pressed before the start is a warning, with what may be the cause") {
  const hw::input_levels both{.buttons = 1, .control = true};
  auto config = two_leds_one_button();
  CHECK_EQ(
      told(check(config, free_lines(), both).on_lines),
      "warn pressed now: button 1 (line 23 (GPIO23)), control (line 26 (GPIO26)) -> let go; "
      "if nobody presses it, look for a short in its wiring, and set ledactor.board.active-low "
      "and bias as it is wired: active-low = true takes a low line for pressed\n");
  config.active_low = false;
  const auto found = check(config, free_lines(), hw::input_levels{.control = true}).on_lines;
  REQUIRE_EQ(found.size(), 1U);
  CHECK_EQ(found[0].text, "pressed now: control (line 26 (GPIO26))");
  CHECK(found[0].cure.ends_with("active-low = false takes a high line for pressed"));
}

SCENARIO("inputs that cannot be read are a fault") {
  const hw::error why{hw::fault::bad_line, "ledactor.board.bias: gpiochip0 cannot do that; set it"};
  CHECK_EQ(told(check(two_leds_one_button(), free_lines(), why).on_lines),
           "FAULT ledactor.board.bias: gpiochip0 cannot do that -> set it\n");
}

SCENARIO("a line that others use does not matter if it is none of the board's") {
  auto lines = free_lines();
  take(lines[5], "spi0 CS0");
  CHECK_EQ(told(check(two_leds_one_button(), lines).on_lines), "");
}

SCENARIO("each line that is not there is told, not just the first") {
  auto config = two_leds_one_button();
  config.leds[0] = 28U;
  config.control = "RESET";
  auto lines = free_lines();
  for (auto& line : lines) {
    line.name = line.offset == 0 ? "GPIO0" : line.offset == 2 ? "SDA" : "";
  }
  config.leds[1] = "SDA";
  const auto report = check(config, lines);
  CHECK_EQ(
      told(report.on_lines),
      "FAULT ledactor.server.leds: gpiochip0 has no line 28 -> allowed: 0 to 27\n"
      "FAULT ledactor.server.control: gpiochip0 has no line named \"RESET\" -> choose one of its "
      "names, which are listed with the lines, or an offset\n"
      "note the names on gpiochip0 are: GPIO0, SDA\n");
  CHECK(!report.lines[0].found);
  CHECK(report.lines[1].found);
}

SCENARIO("two names for one line are a fault") {
  auto config = two_leds_one_button();
  config.leds[0] = 17U;
  CHECK_EQ(told(check(config, free_lines()).on_lines),
           "FAULT ledactor.server.leds: \"GPIO17\" is line 17 (GPIO17), which "
           "ledactor.server.leds has already -> each LED and button needs a line of its own\n");
}

SCENARIO("what the configuration's check says of a line is not said again") {
  const findings known{ok("fine"), fault("ledactor.server.leds: twice", "take another")};
  findings found{note("fine"), fault("ledactor.server.leds: line 4 twice", "take another"),
                 fault("ledactor.server.leds: too far", "allowed: 0 to 27"),
                 fault("ledactor.server.control: twice", "take another")};
  drop_known(found, known);
  CHECK_EQ(told(found),
           "note fine\n"
           "FAULT ledactor.server.leds: too far -> allowed: 0 to 27\n"
           "FAULT ledactor.server.control: twice -> take another\n");
}

SCENARIO("without a chip, what is missing and what to do is said once") {
  const auto report = check_without_lines({});
  CHECK_EQ(told(report.on_chips),
           "FAULT ledactor.board.chip: this machine has no GPIO chip (no /dev/gpiochip*) -> run it "
           "on a Raspberry Pi or another board with GPIO lines, or run with --board=sim for a "
           "simulated board\n");
  CHECK_EQ(told(report.on_lines), "note not checked, for want of a chip\n");
  CHECK_EQ(report.lines.size(), 4U);
}

SCENARIO("a chip that this user may not open comes with the cure") {
  auto closed = header_chip;
  closed.label.clear();
  closed.fault = hw::error{hw::fault::no_permission,
                           "/dev/gpiochip0: this user may not open it: it belongs to the group "
                           "'gpio', and this process is not in it; join the group"};
  CHECK_EQ(told(check_without_lines({closed}).on_chips),
           "FAULT ledactor.board.chip: /dev/gpiochip0: this user may not open it: it belongs to "
           "the group 'gpio', and this process is not in it -> join the group\n"
           "note /dev/gpiochip0: cannot be opened\n");
}

SCENARIO("a chip that vanishes meanwhile is a fault") {
  const auto report = check_gpio(
      two_leds_one_button(), {header_chip},
      [](const std::string&) {
        return hw::error{hw::fault::not_found, "/dev/gpiochip0: there is no such chip"};
      },
      read_no_inputs);
  CHECK_EQ(told(report.on_lines),
           "FAULT /dev/gpiochip0: there is no such chip -> put that right, and run the "
           "doctor again\n");
}

SCENARIO("the offset of a line is known from a name like GPIO17, and from no other") {
  const auto offset = [](const char* name) {
    return offset_of({line_use::led, 1, name});
  };
  CHECK_EQ(offset("GPIO17"), std::optional<std::uint32_t>{17});
  for (const auto* name : {"GPIO", "GPIO17x", "GPIO-1", "gpio17", "17", "GPIO99999999999"}) {
    CHECK(!offset(name));
  }
  CHECK_EQ(offset_of({line_use::led, 1, 5U}), std::optional<std::uint32_t>{5});
  CHECK_EQ(offset_of({line_use::led, 1, "GPIO17", hw::gpio_line{.offset = 3}}),
           std::optional<std::uint32_t>{3});
}
