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
  const auto result = read_config(settings);
  const auto* why = std::get_if<failure>(&result);
  return why != nullptr ? why->text : "none";
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

SCENARIO("a line has one name, however it is written") {
  CHECK_EQ(line_name(caf::config_value{17}), "GPIO17");
  CHECK_EQ(line_name(caf::config_value{"GPIO17"}), "GPIO17");
}

SCENARIO("the defaults make a configuration") {
  const auto result = read_config(defaults_with({}));
  REQUIRE(std::holds_alternative<config>(result));
  const auto& c = std::get<config>(result);
  CHECK(c.role == board_role::server);
  CHECK_EQ(c.port, 23870);
  CHECK_EQ(c.leds, (std::vector<std::string>{"GPIO4", "GPIO17", "GPIO27", "GPIO22"}));
  CHECK_EQ(c.buttons, (std::vector<std::string>{"GPIO23", "GPIO24", "GPIO25", "GPIO13"}));
  CHECK_EQ(c.control, "GPIO26");
}

SCENARIO("a client has the client's lines and port") {
  const auto result = read_config(
      defaults_with({{"role", "client"}, {"client.host", "127.0.0.1"}, {"client.port", "4000"}}));
  REQUIRE(std::holds_alternative<config>(result));
  const auto& c = std::get<config>(result);
  CHECK_EQ(c.leds.front(), "GPIO23");
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
  CHECK_EQ(fault_of(defaults_with({{"role", "client"}, {"plaintext", "true"}})), "none");
}

SCENARIO("no board is chosen silently") {
  caf::settings settings;
  fill_in_defaults(settings);
  CHECK(fault_of(settings).starts_with("ledactor.board.backend"));
}
