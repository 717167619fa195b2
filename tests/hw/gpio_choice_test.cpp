#define CAF_SUITE gpio_choice

#include "hw/gpio_choice.hpp"

#include <caf/test/bdd_dsl.hpp>

using namespace ledactor::hw;

namespace {

gpio_chip chip(unsigned number, std::string label, std::size_t num_lines = 54) {
  const auto name = "gpiochip" + std::to_string(number);
  return {"/dev/" + name, name, std::move(label), num_lines};
}

gpio_chip closed_chip(unsigned number) {
  auto closed = chip(number, "", 0);
  closed.fault = error{fault::no_permission, closed.path + ": this user may not open it: join it"};
  return closed;
}

using chips = std::vector<gpio_chip>;

/// The chosen chip and why, or the error.
std::string choice(const std::string& wanted, const chips& there) {
  const auto result = choose_chip(wanted, there);
  const auto* chosen = std::get_if<chip_choice>(&result);
  return chosen != nullptr ? chosen->chip.name + ": " + chosen->why : std::get<error>(result).text;
}

fault kind_of_fault(const std::string& wanted, const chips& there) {
  return std::get<error>(choose_chip(wanted, there)).kind;
}

const auto pi5 = chips{chip(0, "pinctrl-rp1"), chip(10, "gpio-brcmstb@107d508500", 32)};
const auto header_chip = chip(0, "pinctrl-bcm2711");

/// Lines 0 to 3: one without a name, two of one name, and another.
const std::vector<gpio_line> some_lines{{.offset = 0}, {1, "GPIO1"}, {2, "TWIN"}, {3, "TWIN"}};

std::string line_choice(const line_id& wanted, const std::vector<gpio_line>& lines = some_lines) {
  const auto result = choose_line(wanted, "ledactor.server.leds", header_chip, lines);
  const auto* offset = std::get_if<std::uint32_t>(&result);
  return offset != nullptr ? std::to_string(*offset) : std::get<error>(result).text;
}

std::variant<board_lines, error> choose_three(line_id led, line_id button, line_id control) {
  gpio_config config;
  config.section = "client";
  config.leds = {std::move(led)};
  config.buttons = {std::move(button)};
  config.control = std::move(control);
  return choose_lines(config, header_chip, some_lines);
}

std::string complaint(line_id led, line_id button, line_id control) {
  return std::get<error>(choose_three(std::move(led), std::move(button), std::move(control))).text;
}

}  // namespace

SCENARIO("auto takes the chip of the 40-pin header, whatever its number") {
  const std::string why = ": its label is that of a Raspberry Pi's 40-pin header";
  CHECK_EQ(choice("auto", pi5), "gpiochip0" + why);
  CHECK_EQ(choice("auto", {chip(0, "raspberrypi-exp-gpio", 8), chip(1, "pinctrl-bcm2835")}),
           "gpiochip1" + why);
  CHECK_EQ(choice("auto", {closed_chip(0), chip(4, "pinctrl-bcm2711")}), "gpiochip4" + why);
}

SCENARIO("auto takes any chip if there is no other") {
  CHECK_EQ(choice("auto", {chip(3, "gpio-sim.0-node0", 32)}), "gpiochip3: it is the only chip");
}

SCENARIO("auto does not guess, and lists what there is") {
  const chips two{chip(0, "one", 8), chip(1, "two", 32)};
  CHECK_EQ(choice("auto", two),
           "ledactor.board.chip: \"auto\" cannot choose among gpiochip0 [one] (8 lines), gpiochip1 "
           "[two] (32 lines); set it to one of them");
  CHECK(kind_of_fault("auto", two) == fault::not_found);
  const chips twins{chip(0, "pinctrl-rp1"), chip(1, "pinctrl-rp1")};
  CHECK(choice("auto", twins).find("cannot choose among") != std::string::npos);
}

SCENARIO("a chip that cannot be opened may be the one, so that its cure is told") {
  const auto* cure = "ledactor.board.chip: /dev/gpiochip0: this user may not open it: join it";
  for (const auto& there : {chips{closed_chip(0)}, chips{closed_chip(0), closed_chip(1)},
                            chips{closed_chip(0), chip(1, "other")}}) {
    CHECK_EQ(choice("auto", there), cure);
    CHECK_EQ(choice("gpiochip0", there), cure);
    CHECK_EQ(choice("/dev/gpiochip0", there), cure);
    CHECK(kind_of_fault("auto", there) == fault::no_permission);
  }
}

SCENARIO("without any chip, it is said what is missing and what to do") {
  for (const auto* wanted : {"auto", "gpiochip0", "/dev/gpiochip0", "pinctrl-rp1"}) {
    CHECK(choice(wanted, {})
              .starts_with(
                  "ledactor.board.chip: this machine has no GPIO chip (no /dev/gpiochip*); "));
    CHECK(choice(wanted, {}).find("--board=sim") != std::string::npos);
    CHECK(kind_of_fault(wanted, {}) == fault::not_found);
  }
}

SCENARIO("a chip is found by path, name or label") {
  CHECK_EQ(choice("/dev/gpiochip10", pi5), "gpiochip10: its path is configured");
  CHECK_EQ(choice("/dev/../dev/gpiochip10", pi5), "gpiochip10: its path is configured");
  CHECK_EQ(choice("gpiochip10", pi5), "gpiochip10: its name is configured");
  CHECK_EQ(choice("gpio-brcmstb@107d508500", pi5), "gpiochip10: its label is configured");
}

SCENARIO("a chip that is not there is answered by those that are") {
  const std::string there =
      "there is gpiochip0 [pinctrl-rp1] (54 lines), gpiochip10 [gpio-brcmstb@107d508500] (32 "
      "lines)";
  CHECK_EQ(choice("/dev/gpiochip1", pi5),
           "ledactor.board.chip: /dev/gpiochip1 is no GPIO chip; " + there);
  CHECK_EQ(choice("gpiochip1", pi5),
           "ledactor.board.chip: no chip has the name or label \"gpiochip1\"; " + there);
}

SCENARIO("a chip that cannot be opened may have the label, so that its cure is told") {
  const chips there{closed_chip(0)};
  CHECK(kind_of_fault("pinctrl-bcm2711", there) == fault::no_permission);
}

SCENARIO("a label that chips share is answered by their names") {
  CHECK_EQ(choice("twin", {chip(0, "twin", 8), chip(1, "twin", 8), chip(2, "other")}),
           "ledactor.board.chip: 2 chips have the label \"twin\": gpiochip0 [twin] (8 lines), "
           "gpiochip1 [twin] (8 lines); give a name");
}

SCENARIO("only chips of a Raspberry Pi's header count as such") {
  CHECK(is_header_chip(chip(0, "pinctrl-bcm2835")));
  CHECK(is_header_chip(chip(0, "pinctrl-bcm2711")));
  CHECK(is_header_chip(chip(4, "pinctrl-rp1")));
  CHECK(!is_header_chip(chip(0, "gpio-sim.0-node0")));
  CHECK(!is_header_chip(chip(0, "")));
}

SCENARIO("a line is found by offset or name") {
  CHECK_EQ(line_choice(0U), "0");
  CHECK_EQ(line_choice(3U), "3");
  CHECK_EQ(line_choice("GPIO1"), "1");
}

SCENARIO("a line that is not there is named, with what is allowed") {
  CHECK_EQ(line_choice(4U), "ledactor.server.leds: gpiochip0 has no line 4; allowed: 0 to 3");
  CHECK(line_choice("GPIO2").starts_with(
      "ledactor.server.leds: gpiochip0 has no line named \"GPIO2\"; "));
  CHECK_EQ(line_choice("GPIO1", {{.offset = 0}, {.offset = 1}}),
           "ledactor.server.leds: gpiochip0 has no line named \"GPIO1\"; its lines have no names: "
           "give offsets");
}

SCENARIO("a name that lines share is answered by their offsets") {
  CHECK_EQ(line_choice("TWIN"),
           "ledactor.server.leds: gpiochip0 has 2 lines named \"TWIN\", at the offsets 2, 3; give "
           "the offset");
}

SCENARIO("the control button comes after the buttons") {
  const auto chosen = std::get<board_lines>(choose_three(2U, "GPIO1", 0U));
  CHECK_EQ(chosen.leds, (std::vector<std::uint32_t>{2}));
  CHECK_EQ(chosen.inputs, (std::vector<std::uint32_t>{1, 0}));
}

SCENARIO("the same line twice is refused, even under two names") {
  CHECK_EQ(complaint(1U, "GPIO1", 0U),
           "ledactor.client.buttons: \"GPIO1\" is line 1 (GPIO1), which ledactor.client.leds has "
           "already; each LED and button needs a line of its own");
  CHECK(complaint(0U, 1U, "GPIO1").starts_with("ledactor.client.control: \"GPIO1\" is line 1"));
  CHECK(complaint(0U, 1U, 0U).starts_with("ledactor.client.control: 0 is line 0, which "));
}

SCENARIO("of several faults in the lines, the first is told") {
  CHECK(
      complaint(9U, "nobody", "TWIN").starts_with("ledactor.client.leds: gpiochip0 has no line 9"));
  CHECK(complaint(1U, "nobody", 1U).starts_with("ledactor.client.buttons: "));
}
