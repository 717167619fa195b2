#define CAF_SUITE options

#include "main/options.hpp"

#include "main/config.hpp"

#include <caf/test/bdd_dsl.hpp>
#include <fmt/format.h>

#include <fstream>
#include <set>

using namespace ledactor;

namespace {

caf::settings defaults_with(std::initializer_list<std::pair<std::string, std::string>> changes) {
  caf::settings settings;
  caf::put(settings, "ledactor.board.backend", "sim");
  for (const auto& [key, text] : changes) {
    caf::put(settings, "ledactor." + key, parse_option(*find_option(key), text));
  }
  fill_in_defaults(settings);
  return settings;
}

std::string fault_of(const caf::settings& settings) {
  return find_fault(read_config(settings));
}

std::string list(const std::vector<hw::line_id>& lines) {
  std::string text;
  for (const auto& line : lines) {
    text += (text.empty() ? "" : " ") + hw::to_string(line);
  }
  return text;
}

}  // namespace

SCENARIO("each default is allowed, and each key stands once") {
  std::set<std::string_view> keys;
  for (const auto& o : all_options()) {
    CHECK(keys.insert(o.key).second);
    CHECK(!o.help.empty());
    if (!o.fallback.empty()) {
      const auto value = caf::config_value::parse(std::string{o.fallback});
      REQUIRE(value);
      CHECK(!complaint_about(o, *value));
    }
  }
}

SCENARIO("the README's table has each option as it is") {
  std::ifstream file{README_FILE};
  std::set<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    rows.insert(line);
  }
  for (const auto& o : all_options()) {
    const auto fallback = o.fallback.empty() ? "" : fmt::format("`{}`", o.fallback);
    const auto row = fmt::format("| `{}` | {} | {} | {} |", o.key, fallback, o.allowed, o.help);
    CAF_MESSAGE(row);
    CHECK(rows.count(row) == 1);
  }
}

SCENARIO("a misspelt key finds the one that was meant") {
  CHECK_EQ(nearest_key("link.hartbeat"), "link.heartbeat");
  CHECK_EQ(nearest_key("server.led"), "server.leds");
  CHECK_EQ(nearest_key("rol"), "role");
  CHECK_EQ(nearest_key("board.debonce"), "board.debounce");
}

SCENARIO("the defaults make a configuration") {
  const auto c = read_config(defaults_with({}));
  CHECK(c.role == board_role::server);
  CHECK_EQ(c.port, 23870);
  CHECK_EQ(list(c.gpio.leds), "4 17 27 22");
  CHECK_EQ(list(c.gpio.buttons), "23 24 25 13");
  CHECK_EQ(list({c.gpio.control}), "26");
  CHECK(c.gpio.active_low);
  CHECK(c.gpio.bias == hw::input_bias::pull_up);
  CHECK_EQ(c.debounce, std::chrono::milliseconds{5});
  CHECK_EQ(c.gpio.debounce.count(), 0);
}

SCENARIO("a client has the client's lines and port") {
  const auto c = read_config(
      defaults_with({{"role", "client"}, {"client.host", "127.0.0.1"}, {"client.port", "4000"}}));
  CHECK_EQ(list(c.gpio.leds), "23 24 25 13");
  CHECK_EQ(c.port, 4000);
}

SCENARIO("what does not go together is refused, with the key and the way out") {
  CHECK(fault_of(defaults_with({{"server.buttons", "[17, 23]"}}))
            .starts_with("ledactor.server.buttons: line GPIO17 is taken already"));
  CHECK(fault_of(defaults_with({{"server.control", "\"GPIO4\""}}))
            .starts_with("ledactor.server.control: line GPIO4"));
  CHECK(fault_of(defaults_with({{"link.dead-after", "1999ms"}}))
            .starts_with("ledactor.link.dead-after"));
  CHECK(fault_of(defaults_with({{"link.reconnect-max", "10ms"}}))
            .starts_with("ledactor.link.reconnect-max"));
  CHECK(fault_of(defaults_with({{"server.listen", "0.0.0.0"}})).find("plaintext")
        != std::string::npos);
  CHECK(fault_of(defaults_with({{"role", "client"}})).find("plaintext") != std::string::npos);
  CHECK_EQ(fault_of(defaults_with({{"role", "client"}, {"plaintext", "true"}})), "");
}

SCENARIO("a duration beyond 64 bits is not taken for another") {
  const auto& o = *find_option("link.dead-after");
  for (const auto* endless :
       {"18446744074s", " 18446744074s", "+18446744074s", "-9223372036854775808s", "0x44b82fa0as",
        "0211340575012s", "0b10001001011100000101111101000001010s", "153722868min", "2562048h",
        "18446744074seven", "[1, 18446744074s]"}) {
    CAF_MESSAGE(endless);
    CHECK(caf::holds_alternative<std::string>(parse_option(o, endless)));
  }
  for (const auto* good :
       {"9223372036s", "0x10s", "010s", "0b11s", "-1s", "9223372036854775807ns"}) {
    CAF_MESSAGE(good);
    CHECK(caf::holds_alternative<caf::timespan>(parse_option(o, good)));
  }
  const auto name = parse_option(*find_option("server.leds"), R"(["18446744074s"])");
  CHECK(caf::holds_alternative<caf::config_value::list>(name));
}

SCENARIO("a chip's request holds 64 lines, the control button's among them") {
  std::string list = "[";
  for (int line = 100; line < 164; ++line) {
    list += std::to_string(line) + (line < 163 ? ", " : "]");
  }
  CHECK_EQ(fault_of(defaults_with({{"server.buttons", list}})), "");
  const auto fault =
      fault_of(defaults_with({{"board.backend", "gpiod"}, {"server.buttons", list}}));
  CHECK(fault.starts_with("ledactor.server.buttons: a list of 64"));
}

SCENARIO("whether 17 and \"GPIO17\" are one line, a real chip tells") {
  CHECK_EQ(fault_of(defaults_with({{"board.backend", "gpiod"}, {"server.control", "\"GPIO4\""}})),
           "");
  CHECK(fault_of(defaults_with({{"board.backend", "gpiod"}, {"server.control", "4"}}))
            .starts_with("ledactor.server.control: line 4 is taken already"));
}

SCENARIO("a simulated board is never chosen silently") {
  caf::settings settings;
  fill_in_defaults(settings);
  CHECK(!read_config(settings).simulated);
}

SCENARIO("lines are offsets or names, in the order of the list") {
  const auto c = read_config(defaults_with({{"server.leds", "[3, \"GPIO17\", 2]"}}));
  CHECK_EQ(list(c.gpio.leds), "3 \"GPIO17\" 2");
}

SCENARIO("either the actors debounce or the kernel does") {
  const auto c = read_config(defaults_with(
      {{"board.backend", "gpiod"}, {"board.debounce-by", "kernel"}, {"board.debounce", "20ms"}}));
  CHECK_EQ(c.debounce.count(), 0);
  CHECK_EQ(c.gpio.debounce, std::chrono::milliseconds{20});
  const auto simulated =
      read_config(defaults_with({{"board.debounce-by", "kernel"}, {"board.debounce", "20ms"}}));
  CHECK_EQ(simulated.debounce, std::chrono::milliseconds{20});
}
