#define CAF_SUITE sim_command

#include "hw/sim_command.hpp"

#include <caf/test/bdd_dsl.hpp>

using namespace ledactor::hw;
using namespace std::chrono_literals;

namespace {

template <class Command>
Command parse(std::string_view line) {
  const auto parsed = parse_sim_command(line, 4);
  REQUIRE(std::holds_alternative<sim_command>(parsed));
  const auto& command = std::get<sim_command>(parsed);
  REQUIRE(std::holds_alternative<Command>(command));
  return std::get<Command>(command);
}

std::string complaint(std::string_view line) {
  const auto parsed = parse_sim_command(line, 4);
  const auto* text = std::get_if<std::string>(&parsed);
  return text != nullptr ? *text : "none";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

SCENARIO("good lines are understood") {
  CHECK_EQ(parse<press_command>("press 1").input, 0U);
  CHECK(!parse<press_command>("press 4").hold);
  CHECK(parse<press_command>("press 2 250").hold == 250ms);
  CHECK_EQ(parse<press_command>("press control").input, 4U);
  CHECK_EQ(parse<release_command>("release 3").input, 2U);
  CHECK_EQ(parse<release_command>("release control").input, 4U);
  parse<leds_command>("leds");
}

SCENARIO("blanks around the words do not matter") {
  CHECK(parse<press_command>("  press\t1   5 \r").hold == 5ms);
  parse<leds_command>(" leds ");
}

SCENARIO("bad lines are answered with what is wrong and what is allowed") {
  CHECK_EQ(complaint("pres 1"), "unknown command 'pres'; known: press N [MS], release N, leds");
  CHECK_EQ(complaint("press 5"), "press: no button '5'; allowed: 1 to 4, or control");
  CHECK_EQ(complaint("release"), "release: no button ''; allowed: 1 to 4, or control");
  CHECK_EQ(complaint("press 1 0"), "press: cannot hold for '0'; allowed: 1 to 3600000 ms");
  CHECK(contains(complaint("release 1 5"), "'5'"));
  CHECK(contains(complaint("press 1 5 6"), "'6'"));
}

SCENARIO("numbers are taken whole or not at all") {
  for (const auto* line : {"press 0", "press -1", "press 1x", "press +1", "press 1.5",
                           "press 4294967297", "press 99999999999999999999", "release 0x1"}) {
    CHECK(contains(complaint(line), "no button"));
  }
  for (const auto* line : {"press 1 -1", "press 1 x", "press 1 3600001", "press 1 1e3"}) {
    CHECK(contains(complaint(line), "cannot hold"));
  }
}

SCENARIO("a complaint repeats no control characters, and not much") {
  CHECK(contains(complaint("\x1b[2J"), "'\\x1b[2J'"));
  CHECK(complaint(std::string(200, 'x')).size() < 120);
}
