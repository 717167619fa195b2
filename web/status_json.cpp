#include "web/status_json.hpp"

#include "actors/log_level.hpp"

#include <caf/logger.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

namespace ledactor::web {

namespace {

using nlohmann::json;

/// Tells this run of a board from the next.
std::uint32_t this_run() {
  static const std::uint32_t run = std::random_device{}();
  return run;
}

json numbers(level_set levels) {
  auto list = json::array();
  for (; levels != 0; levels &= levels - 1) {
    list.push_back(std::countr_zero(levels) + 1);
  }
  return list;
}

double seconds(std::chrono::nanoseconds span) {
  return std::chrono::duration<double>{span}.count();
}

json guests_json(const std::vector<seen_guest>& guests) {
  auto list = json::array();
  for (const auto& g : guests) {
    list.push_back({{"id", g.who.session},
                    {"name", g.who.name},
                    {"since", g.since},
                    {"leds", g.who.leds},
                    {"buttons", g.who.buttons}});
  }
  return list;
}

const char* phase_word(link_state::phase phase) {
  constexpr std::array words{"unlinked", "waiting", "linked"};
  return words.at(static_cast<std::size_t>(phase));
}

json link_json(const link_state& link) {
  return {{"state", phase_word(link.now)},
          {"peer", link.peer},
          {"reason", link.reason == errc::none ? std::string{} : to_string(link.reason)},
          {"place", link.place},
          {"holder", link.holder}};
}

/// The nearest rank: a value that was measured.
json percentile(const std::vector<double>& sorted, std::size_t percent) {
  if (sorted.empty()) {
    return nullptr;
  }
  return sorted[(sorted.size() * percent + 99) / 100 - 1];
}

json round_trips_json(const board_snapshot& now) {
  std::vector<double> spans;
  std::transform(now.last_trips.begin(), now.last_trips.end(), std::back_inserter(spans), seconds);
  auto sorted = spans;
  std::sort(sorted.begin(), sorted.end());
  return {{"count", now.round_trips},
          {"p50", percentile(sorted, 50)},
          {"p99", percentile(sorted, 99)},
          {"last", std::move(spans)}};
}

json actors_json(const board_snapshot& now, const std::vector<component_state>& components) {
  auto list = json::array();
  for (const auto& c : components) {
    std::size_t running = 0;
    std::uint64_t restarts = 0;
    bool is_child = false;
    for (const auto& [name, child] : now.children) {
      if ("ledactor." + to_string(child.what) == c.component) {
        is_child = true;
        running += child.running ? 1 : 0;
        restarts += std::max<std::uint64_t>(child.starts, 1) - 1;
      }
    }
    if (c.component == "ledactor.session") {
      running = now.seats.seated.size() + now.seats.waiting.size();
    } else if (!is_child) {
      running = 1;  // the program itself has started it, and it runs as long
    }
    list.push_back({{"component", c.component},
                    {"running", running},
                    {"restarts", restarts},
                    {"mailbox", c.mailbox},
                    {"messages", c.messages}});
  }
  return list;
}

struct event_writer {
  json operator()(const buttons_state& x) const {
    return {{"pressed", numbers(x.pressed)}, {"seq", x.seq}};
  }
  json operator()(const control_level& x) const { return {{"pressed", x.pressed}}; }
  json operator()(const lit_levels& x) const { return {{"lit", numbers(x.lit)}, {"seq", x.seq}}; }
  json operator()(const board_state& x) const {
    return {{"state", x.open ? "open" : "away"}, {"reason", x.reason}};
  }
  json operator()(const link_state& x) const {
    auto all = link_json(x);
    all["change"] = to_string(x.change);
    return all;
  }
  json operator()(const seats_state& x) const {
    return {{"seated", guests_json(x.seated)}, {"queue", guests_json(x.waiting)}};
  }
  json operator()(const round_trip& x) const {
    return {{"seq", x.seq}, {"seconds", seconds(x.span)}};
  }
  json operator()(const restart& x) const { return {{"actor", x.actor}, {"reason", x.reason}}; }
};

}  // namespace

nlohmann::json status_json(const board_facts& facts, const board_snapshot& now,
                           const std::vector<component_state>& components) {
  auto link = link_json(now.link);
  link["wire"] = facts.wire;
  link["encrypted"] = !facts.fingerprint.empty();
  link["fingerprint"] = facts.fingerprint;
  link["address"] = facts.address;
  link["peer_buttons"] = facts.peer_buttons;
  link["peer_leds"] = facts.peer_leds;
  return {{"version", facts.version},
          {"now", wall_clock()},
          {"started", facts.started},
          {"uptime", seconds(std::chrono::steady_clock::now() - facts.began)},
          {"last_event", now.last_event},
          {"board",
           {{"name", facts.name},
            {"role", facts.role == board_role::server ? "server" : "client"},
            {"simulated", facts.simulated},
            {"state", now.board.open ? "open" : "away"},
            {"reason", now.board.reason},
            {"buttons", facts.buttons},
            {"control", facts.control},
            {"leds", facts.leds},
            {"pressed", numbers(now.buttons.pressed)},
            {"control_pressed", now.control_pressed},
            {"lit", numbers(now.lit)}}},
          {"link", std::move(link)},
          {"seats",
           {{"total", facts.seats},
            {"seated", guests_json(now.seats.seated)},
            {"queue", guests_json(now.seats.waiting)}}},
          {"press_to_led", round_trips_json(now)},
          {"actors", actors_json(now, components)}};
}

std::string event_name(const event& e) {
  constexpr std::array names{"buttons", "control", "leds",         "board",
                             "link",    "seats",   "press_to_led", "restart"};
  static_assert(names.size() == std::variant_size_v<decltype(e.what)>);
  return names.at(e.what.index());
}

nlohmann::json event_json(const event& e) {
  auto data = std::visit(event_writer{}, e.what);
  data["at"] = e.at;
  return data;
}

std::string_view log_level_word(unsigned level) {
  const auto shown = std::clamp<unsigned>(level, CAF_LOG_LEVEL_ERROR, CAF_LOG_LEVEL_DEBUG);
  return find_log_level([=](const auto& l) { return l.number >= shown; }).word;
}

unsigned log_level_of(std::string_view word) {
  const auto level = find_log_level([=](const auto& l) { return l.word == word; }).number;
  return level <= CAF_LOG_LEVEL_DEBUG ? level : 0;
}

nlohmann::json log_json(const log_history::excerpt& lines) {
  auto list = json::array();
  for (const auto& l : lines.lines) {
    list.push_back({{"id", l.id},
                    {"at", std::chrono::duration<double>{l.at.time_since_epoch()}.count()},
                    {"level", log_level_word(l.level)},
                    {"component", l.component},
                    {"text", l.text}});
  }
  return {{"run", this_run()},
          {"last", lines.last},
          {"complete", lines.complete},
          {"lines", std::move(list)}};
}

std::string text_of(const nlohmann::json& answer) {
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace ledactor::web
