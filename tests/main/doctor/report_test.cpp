#define CAF_SUITE report

#include "main/doctor/report_json.hpp"
#include "main/doctor/report_text.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <nlohmann/json.hpp>
#include <sstream>

using namespace ledactor;
using namespace ledactor::doctor;

namespace {

const hw::gpio_chip header_chip{"/dev/gpiochip0", "gpiochip0", "pinctrl-bcm2711", 58};

/// A server with an LED that is free and a button that is not.
report some_report() {
  report r{
      .role = "server",
      .name = "left-desk",
      .user = {"pi", 1000, {"pi", "gpio"}},
      .keys = {{"/etc/key", "3f2a-91bc-07de"}, {"/etc/bad", ""}},
      .link = {.wire = net::wire_kind::any, .key_used = true},
      .address = "192.168.0.2",
      .port = 23870,
      .interfaces = {{"eth0", true, false, {"192.168.0.2"}}},
      .drawing = "a picture\n",
  };
  r.gpio.chips = {header_chip,
                  {"/dev/gpiochip1", "gpiochip1", "", 0, hw::error{hw::fault::lost, "closed"}}};
  r.gpio.chosen = hw::chip_choice{header_chip, "it is the one"};
  r.gpio.lines = {
      {line_use::led, 1, 4U, hw::gpio_line{4, "GPIO4", true}},
      {line_use::button, 1, "GPIO23", hw::gpio_line{23, "GPIO23", false, true, "other\nprogram"}},
      {line_use::control, 1, 60U},
  };
  r.sections = {
      {"Network", {ok("there"), warning("loose", "plug it in")}},
      {lines_title, {fault("too far", "use another"), note("by the way")}},
      {wiring_title, {}},
  };
  return r;
}

report good_report() {
  auto r = some_report();
  r.gpio.lines.resize(1);
  r.sections.erase(r.sections.begin() + 1);
  return r;
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) {
    widest = std::max(widest, line.size());
  }
  return widest;
}

}  // namespace

SCENARIO("the text has a mark a finding, the lines as a table, and each fault's cure at the end") {
  CHECK_EQ(to_text(some_report()), R"(Would a server run here, as "left-desk"?

Network
  ok     there
  warn   loose
         cure: plug it in

Lines
  ok     LED 1      line 4 (GPIO4)       output  free
  FAULT  button 1   line 23 (GPIO23)     input   in use by "other\x0aprogram"
  FAULT  too far
  note   by the way

Wiring

a picture

1 fault:
  1. too far
     cure: use another
)");
}

SCENARIO("without a fault, the text says that a run would work") {
  const auto text = to_text(good_report());
  CHECK(text.ends_with("\nledactor would run here.\n"));
  CHECK(text.find("fault") == std::string::npos);
  auto simulated = good_report();
  simulated.simulated = true;
  CHECK(to_text(simulated).starts_with(
      "Would a server run here, as \"left-desk\", on a simulated board?\n"));
}

SCENARIO("long findings are broken between words, and keep their column") {
  auto r = good_report();
  std::string words = "word";
  for (int i = 0; i < 40; ++i) {
    words += " word";
  }
  r.sections = {{"Long", {fault(words, words), warning(words, words)}}};
  const auto text = to_text(r);
  CHECK(widest_line(text) <= 80);
  CHECK(text.find("  FAULT  word word") != std::string::npos);
  CHECK(text.find("\n         word word") != std::string::npos);
  CHECK(text.find("\n     cure: word word") != std::string::npos);
  CHECK(text.find("\n           word word") != std::string::npos);
  const std::string filling(66, 'x');  // up to the last column
  r.sections = {{"Tight", {note("word " + filling), note("word " + filling + 'x')}}};
  CHECK(to_text(r).find("  note   word " + filling + "\n  note   word\n         " + filling + "x\n")
        != std::string::npos);
  r.sections = {{"Endless", {note(std::string(200, 'x'))}}};
  CHECK(to_text(r).find("  note   " + std::string(200, 'x') + '\n') != std::string::npos);
}

SCENARIO("JSON has the same facts under the keys that are documented") {
  const auto j = nlohmann::json::parse(to_json(some_report()));
  CHECK_EQ(j.dump(), nlohmann::json::parse(R"({
    "ok": false,
    "role": "server", "name": "left-desk", "backend": "gpiod",
    "chips": [
      {"path": "/dev/gpiochip0", "name": "gpiochip0", "label": "pinctrl-bcm2711", "lines": 58,
       "fault": null},
      {"path": "/dev/gpiochip1", "name": "gpiochip1", "label": null, "lines": null,
       "fault": "closed"}],
    "chip": {"path": "/dev/gpiochip0", "name": "gpiochip0", "label": "pinctrl-bcm2711",
             "lines": 58, "why": "it is the one"},
    "lines": [
      {"role": "LED 1", "wanted": 4, "offset": 4, "name": "GPIO4", "direction": "output",
       "user": null, "free": true},
      {"role": "button 1", "wanted": "GPIO23", "offset": 23, "name": "GPIO23",
       "direction": "input", "user": "other\nprogram", "free": false},
      {"role": "control", "wanted": 60, "offset": 60, "name": null, "direction": null,
       "user": null, "free": null}],
    "user": {"name": "pi", "uid": 1000, "groups": ["pi", "gpio"]},
    "keys": [{"file": "/etc/key", "fingerprint": "3f2a-91bc-07de"},
             {"file": "/etc/bad", "fingerprint": null}],
    "link": {"wire": "any", "key_used": true, "encrypted": false},
    "network": {"address": "192.168.0.2", "port": 23870, "interfaces": [
      {"name": "eth0", "up": true, "carrier": false, "addresses": ["192.168.0.2"]}]},
    "wiring": ["a picture"],
    "checks": [
      {"section": "Network", "mark": "ok", "text": "there", "cure": null},
      {"section": "Network", "mark": "warning", "text": "loose", "cure": "plug it in"},
      {"section": "Lines", "mark": "fault", "text": "too far", "cure": "use another"},
      {"section": "Lines", "mark": "note", "text": "by the way", "cure": null}],
    "faults": [{"text": "too far", "cure": "use another"}],
    "warnings": [{"text": "loose", "cure": "plug it in"}]
  })")
                         .dump());
  CHECK(nlohmann::json::parse(to_json(good_report()))["ok"] == true);
}

SCENARIO("a name that is no UTF-8 does no harm to JSON") {
  auto r = some_report();
  r.gpio.lines[1].found->consumer = "caf\xe9";
  const auto j = nlohmann::json::parse(to_json(r));
  CHECK_EQ(j["lines"][1]["user"], "caf\xef\xbf\xbd");
}
