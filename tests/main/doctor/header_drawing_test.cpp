#define CAF_SUITE header_drawing

#include "main/doctor/header_drawing.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <sstream>

using namespace ledactor;
using namespace ledactor::doctor;

namespace {

hw::gpio_config server() {
  hw::gpio_config config;
  config.leds = {4U, 17U, 27U, 22U};
  config.buttons = {23U, 24U, 25U, 13U};
  config.control = 26U;
  return config;
}

hw::gpio_config client() {
  auto config = server();
  config.section = "client";
  std::swap(config.leds, config.buttons);
  return config;
}

std::string draw(const hw::gpio_config& config) {
  return '\n' + draw_header(config, list_lines(config));
}

bool draws(const hw::gpio_config& config, const std::string& what) {
  CAF_MESSAGE(draw(config));
  return draw(config).find(what) != std::string::npos;
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) {
    CHECK(line.empty() || line.back() != ' ');
    widest = std::max(widest, line.size());
  }
  return widest;
}

}  // namespace

SCENARIO("a server by the original's wiring") {
  CHECK_EQ(draw(server()), R"(
                               3V3 |  1   2 | 5V
                             GPIO2 |  3   4 | 5V
                             GPIO3 |  5   6 | GND
   LED 1 -> resistor -> GND  GPIO4 |  7   8 | GPIO14
                               GND |  9  10 | GPIO15
   LED 2 -> resistor -> GND GPIO17 | 11  12 | GPIO18
   LED 3 -> resistor -> GND GPIO27 | 13  14 | GND
   LED 4 -> resistor -> GND GPIO22 | 15  16 | GPIO23 button 1 to GND
                               3V3 | 17  18 | GPIO24 button 2 to GND
                            GPIO10 | 19  20 | GND
                             GPIO9 | 21  22 | GPIO25 button 3 to GND
                            GPIO11 | 23  24 | GPIO8
                               GND | 25  26 | GPIO7
                             GPIO0 | 27  28 | GPIO1
                             GPIO5 | 29  30 | GND
                             GPIO6 | 31  32 | GPIO12
            button 4 to GND GPIO13 | 33  34 | GND
                            GPIO19 | 35  36 | GPIO16
      control (kick) to GND GPIO26 | 37  38 | GPIO20
                               GND | 39  40 | GPIO21

LED     pin -> resistor (330 ohm) -> LED's long leg, its short leg -> GND
button  between its pin and GND
Pins of one name (GND, 3V3) are the same. Nothing goes to 5V: GPIO bears 3.3 V.
)");
}

SCENARIO("a client by the original's wiring") {
  CHECK_EQ(draw(client()), R"(
                               3V3 |  1   2 | 5V
                             GPIO2 |  3   4 | 5V
                             GPIO3 |  5   6 | GND
            button 1 to GND  GPIO4 |  7   8 | GPIO14
                               GND |  9  10 | GPIO15
            button 2 to GND GPIO17 | 11  12 | GPIO18
            button 3 to GND GPIO27 | 13  14 | GND
            button 4 to GND GPIO22 | 15  16 | GPIO23 LED 1 -> resistor -> GND
                               3V3 | 17  18 | GPIO24 LED 2 -> resistor -> GND
                            GPIO10 | 19  20 | GND
                             GPIO9 | 21  22 | GPIO25 LED 3 -> resistor -> GND
                            GPIO11 | 23  24 | GPIO8
                               GND | 25  26 | GPIO7
                             GPIO0 | 27  28 | GPIO1
                             GPIO5 | 29  30 | GND
                             GPIO6 | 31  32 | GPIO12
   LED 4 -> resistor -> GND GPIO13 | 33  34 | GND
                            GPIO19 | 35  36 | GPIO16
      control (quit) to GND GPIO26 | 37  38 | GPIO20
                               GND | 39  40 | GPIO21

LED     pin -> resistor (330 ohm) -> LED's long leg, its short leg -> GND
button  between its pin and GND
Pins of one name (GND, 3V3) are the same. Nothing goes to 5V: GPIO bears 3.3 V.
)");
}

SCENARIO("the levels of the configuration change what a line is wired to") {
  auto config = server();
  config.leds_active_low = true;
  CHECK(draws(config, "\n   LED 1 <- resistor <- 3V3  GPIO4 |  7 "));
  CHECK(draws(config,
              "\nLED     3V3 -> resistor (330 ohm) -> LED's long leg, its short leg -> pin\n"));
  CHECK(draws(config, " button 1 to GND\n"));
  config.active_low = false;
  CHECK(draws(config, " button 1 to 3V3\n"));
  CHECK(draws(config, " control (kick) to 3V3 GPIO26 "));
  CHECK(draws(config, "\nbutton  between its pin and 3V3\n"));
}

SCENARIO("without the chip's bias, buttons need resistors") {
  auto config = server();
  for (const auto bias : {hw::input_bias::disabled, hw::input_bias::as_is}) {
    config.bias = bias;
    config.active_low = true;
    CHECK(draws(config, "between its pin and GND, and a resistor (10 kohm) from the pin to 3V3\n"));
    config.active_low = false;
    CHECK(draws(config, "between its pin and 3V3, and a resistor (10 kohm) from the pin to GND\n"));
    REQUIRE_EQ(check_wiring(config, nullptr).size(), 1U);
    CHECK(check_wiring(config, nullptr)[0].verdict == mark::note);
  }
}

SCENARIO("a bias that says pressed for ever is a warning") {
  auto config = server();
  CHECK(check_wiring(config, nullptr).empty());
  config.bias = hw::input_bias::pull_down;
  REQUIRE_EQ(check_wiring(config, nullptr).size(), 1U);
  CHECK(check_wiring(config, nullptr)[0].verdict == mark::warning);
  config.active_low = false;
  CHECK(check_wiring(config, nullptr).empty());
  config.bias = hw::input_bias::pull_up;
  REQUIRE_EQ(check_wiring(config, nullptr).size(), 1U);
}

SCENARIO("a chip that is not the header's is said to be that") {
  CHECK(check_wiring(server(), nullptr).empty());
  hw::gpio_chip chip{"/dev/gpiochip0", "gpiochip0", "pinctrl-rp1", 54};
  CHECK(check_wiring(server(), &chip).empty());
  chip.label = "gpio-sim.0";
  REQUIRE_EQ(check_wiring(server(), &chip).size(), 1U);
  CHECK(check_wiring(server(), &chip)[0].text.starts_with("gpiochip0 [gpio-sim.0] is not "));
}

SCENARIO("lines have their place by name, too, and the others are listed") {
  auto config = server();
  config.leds = {"GPIO27", 28U, "LAMP"};
  config.control = "DOOR";
  auto lines = list_lines(config);
  lines[2].found = hw::gpio_line{.offset = 21, .name = "LAMP"};
  lines.back().found = hw::gpio_line{.offset = 40, .name = "DOOR"};
  const auto text = draw_header(config, lines);
  CHECK(text.find("   LED 1 -> resistor -> GND GPIO27 | 13 ") != std::string::npos);
  CHECK(text.find(" 40 | GPIO21 LED 3 -> resistor -> GND\n") != std::string::npos);
  CHECK(text.find("\nNot on this header:\n"
                  "  line 28: LED 2 -> resistor -> GND\n"
                  "  line 40 (DOOR): control (kick) to GND\n\n")
        != std::string::npos);
  CHECK(draw(server()).find("Not on this header") == std::string::npos);
}

SCENARIO("no line is wider than a terminal") {
  hw::gpio_config config;
  for (std::uint32_t i = 0; i < 64; ++i) {
    config.leds.emplace_back(i % 28);
    config.buttons.emplace_back((i + 1) % 28);
  }
  config.control = std::string(31, 'x');
  for (const bool level : {false, true}) {
    config.leds_active_low = level;
    config.active_low = !level;
    config.bias = hw::input_bias::disabled;
    CHECK(widest_line(draw(config)) <= 80);
  }
  CHECK(widest_line(draw(server())) <= 80);
}
