#define CAF_SUITE status_json

#include "web/status_json.hpp"

#include "tests/web/api_fixture.hpp"

#include <caf/logger.hpp>
#include <caf/test/bdd_dsl.hpp>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using namespace ledactor;
using namespace ledactor::web;
using nlohmann::json;

namespace {

json press_to_led(const std::vector<int>& microseconds) {
  board_snapshot now;
  for (const auto us : microseconds) {
    now.last_trips.push_back(std::chrono::microseconds{us});
  }
  return status_json({}, now, {}).at("press_to_led");
}

std::vector<int> up_to(int last) {
  std::vector<int> all;
  for (int i = last; i > 0; --i) {
    all.push_back(i);
  }
  return all;
}

/// One of each kind.
std::vector<event> all_kinds() {
  return {
      {1, 0.5, buttons_state{0b1001, 3}},
      {2, 0.5, control_level{true}},
      {3, 0.5, lit_levels{0b10, 4}},
      {4, 0.5, board_state{false, "unplugged"}},
      {5, 0.5,
       link_state{link_change::down, link_state::phase::unlinked, "left", errc::silent, 0, {}}},
      {6, 0.5, seats_state{{{{8, "left", 4, 5}, 0.25}}, {}}},
      {7, 0.5, round_trip{9, std::chrono::microseconds{250}}},
      {8, 0.5, restart{"panel", "a fault"}},
  };
}

}  // namespace

SCENARIO("without a round trip there is no percentile") {
  const auto none = press_to_led({});
  CHECK(none.at("p50").is_null());
  CHECK(none.at("p99").is_null());
  CHECK(none.at("last").empty());
}

SCENARIO("percentiles are of the nearest rank: times that were measured") {
  CHECK_EQ(press_to_led({300}).at("p50").get<double>(), 300e-6);
  CHECK_EQ(press_to_led({300}).at("p99").get<double>(), 300e-6);
  CHECK_EQ(press_to_led({200, 100}).at("p50").get<double>(), 100e-6);
  CHECK_EQ(press_to_led(up_to(100)).at("p50").get<double>(), 50e-6);
  CHECK_EQ(press_to_led(up_to(100)).at("p99").get<double>(), 99e-6);
  CHECK_EQ(press_to_led(up_to(101)).at("p99").get<double>(), 100e-6);
  CHECK_EQ(press_to_led(up_to(256)).at("p99").get<double>(), 254e-6);
}

SCENARIO(
    "the uptime is of a clock that nobody sets, whenever the board's own clock says it began") {
  using namespace std::chrono_literals;
  for (const double started : {0.0, wall_clock() + 1e9}) {  // before its clock was set, or after
    board_facts facts;
    facts.started = started;
    facts.began = std::chrono::steady_clock::now() - 1h;
    const auto status = status_json(facts, {}, {});
    CHECK_EQ(status.at("started").get<double>(), started);
    CHECK_EQ(std::floor(status.at("uptime").get<double>() / 600), 6.0);
  }
}

SCENARIO("the last times are told in their order") {
  CHECK(press_to_led({300, 100, 200}).at("last") == (json{300e-6, 100e-6, 200e-6}));
}

SCENARIO("buttons and LEDs are numbered from 1 to 64") {
  board_snapshot now;
  now.buttons.pressed = 0b101;
  now.lit = level_set{1} << 63;
  const auto board = status_json({}, now, {}).at("board");
  CHECK(board.at("pressed") == (json{1, 3}));
  CHECK(board.at("lit") == json::array({64}));
}

SCENARIO("the actors of a component are counted together") {
  board_snapshot now;
  now.children["chip"] = {component::chip, true, 1, {}};
  now.children["button-1"] = {component::button, true, 3, {}};
  now.children["button-2"] = {component::button, false, 1, {}};
  now.children["control"] = {component::button, true, 2, {}};
  now.seats.seated.resize(2);
  now.seats.waiting.resize(1);
  const std::vector<component_state> all{{"ledactor.button", 5, 70}, {"ledactor.chip", 0, 9},
                                         {"ledactor.session", 0, 8}, {"ledactor.supervisor", 0, 7},
                                         {"ledactor.watcher", 0, 6}, {"ledactor.fan-out", 0, 5}};
  const auto actors = status_json({}, now, all).at("actors");
  REQUIRE_EQ(actors.size(), 6U);
  CHECK(actors[0]
        == (json{{"component", "ledactor.button"},
                 {"running", 2},
                 {"restarts", 3},
                 {"mailbox", 5},
                 {"messages", 70}}));
  CHECK_EQ(actors[1].at("running").get<int>(), 1);
  CHECK_EQ(actors[1].at("restarts").get<int>(), 0);
  CHECK_EQ(actors[2].at("running").get<int>(), 3);
  // Nobody starts these but the program itself, and each answer shows that they run.
  CHECK_EQ(actors[3].at("running").get<int>(), 1);
  CHECK_EQ(actors[4].at("running").get<int>(), 1);
  CHECK_EQ(actors[5].at("running").get<int>(), 1);
}

SCENARIO("each kind of event has its name and its data") {
  std::vector<std::string> names;
  for (const auto& e : all_kinds()) {
    names.push_back(event_name(e));
    CHECK_EQ(event_json(e).at("at").get<double>(), 0.5);
  }
  CHECK_EQ(names, (std::vector<std::string>{"buttons", "control", "leds", "board", "link", "seats",
                                            "press_to_led", "restart"}));
  const auto all = all_kinds();
  CHECK(event_json(all[0]) == (json{{"at", 0.5}, {"pressed", {1, 4}}, {"seq", 3}}));
  CHECK(event_json(all[1]) == (json{{"at", 0.5}, {"pressed", true}}));
  CHECK(event_json(all[2]) == (json{{"at", 0.5}, {"lit", {2}}, {"seq", 4}}));
  CHECK(event_json(all[3]) == (json{{"at", 0.5}, {"state", "away"}, {"reason", "unplugged"}}));
  CHECK(event_json(all[4])
        == (json{{"at", 0.5},
                 {"change", "down"},
                 {"state", "unlinked"},
                 {"peer", "left"},
                 {"reason", "silent"},
                 {"place", 0},
                 {"holder", ""}}));
  CHECK(event_json(all[5]).at("seated")
        == json::array(
            {{{"id", 8}, {"name", "left"}, {"since", 0.25}, {"leds", 4}, {"buttons", 5}}}));
  CHECK(event_json(all[6]) == (json{{"at", 0.5}, {"seq", 9}, {"seconds", 250e-6}}));
  CHECK(event_json(all[7]) == (json{{"at", 0.5}, {"actor", "panel"}, {"reason", "a fault"}}));
}

SCENARIO("each kind of event has the members that the API's description gives it") {
  const auto schemas = test::description().at("components").at("schemas");
  for (const auto& e : all_kinds()) {
    const auto& schema = schemas.at(event_name(e) + "_event");
    std::vector<std::string> told;
    std::vector<std::string> described;
    const auto data = event_json(e);
    for (const auto& [name, value] : data.items()) {
      told.push_back(name);
    }
    for (const auto& [name, value] : schema.at("properties").items()) {
      described.push_back(name);
    }
    CHECK_EQ(told, described);
    CHECK_EQ(schema.at("required").size(), described.size());
  }
}

SCENARIO("log levels have the names that the log has") {
  for (const auto* word : {"error", "warning", "info", "debug"}) {
    CHECK_EQ(log_level_word(log_level_of(word)), word);
  }
  CHECK_EQ(log_level_of("debug"), unsigned{CAF_LOG_LEVEL_DEBUG});
  CHECK_EQ(log_level_of("trace"), 0U);
  CHECK_EQ(log_level_of(""), 0U);
  CHECK_EQ(log_level_word(CAF_LOG_LEVEL_TRACE), "debug");
}

SCENARIO("an answer is UTF-8 whatever bytes it is made of") {
  CHECK_EQ(text_of({{"name", "a\xff"}}), "{\"name\":\"a\xef\xbf\xbd\"}");
}
