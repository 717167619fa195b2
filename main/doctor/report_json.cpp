#include "main/doctor/report_json.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

namespace ledactor::doctor {

namespace {

using json = nlohmann::ordered_json;

json to_json(const hw::gpio_chip& chip) {
  if (chip.fault) {
    return {{"path", chip.path},
            {"name", chip.name},
            {"label", nullptr},
            {"lines", nullptr},
            {"fault", chip.fault->text}};
  }
  return {{"path", chip.path},
          {"name", chip.name},
          {"label", chip.label},
          {"lines", chip.num_lines},
          {"fault", nullptr}};
}

json to_json(const hw::chip_choice& chosen) {
  auto object = to_json(chosen.chip);
  object.erase("fault");
  object["why"] = chosen.why;
  return object;
}

json to_json(const board_line& line) {
  const auto offset = offset_of(line);
  const auto& found = line.found;
  return {
      {"role", role_of(line)},
      {"wanted", std::visit([](const auto& id) { return json(id); }, line.wanted)},
      {"offset", offset ? json(*offset) : json()},
      {"name", found ? json(found->name) : json()},
      {"direction", found ? json(found->is_output ? "output" : "input") : json()},
      {"user", found && found->used ? json(found->consumer) : json()},
      {"free", found ? json(!found->used) : json()},
  };
}

json to_json(const key_report& key) {
  return {{"file", key.file},
          {"fingerprint", key.fingerprint.empty() ? json() : json(key.fingerprint)}};
}

json to_json(const link_report& link) {
  return {{"wire", net::to_string(link.wire)},
          {"key_used", link.key_used},
          {"encrypted", link.encrypted}};
}

json to_json(const network_interface& i) {
  return {
      {"name", i.name}, {"up", i.is_up}, {"carrier", i.has_carrier}, {"addresses", i.addresses}};
}

const char* json_word(mark verdict) {
  switch (verdict) {
    case mark::ok:
      return "ok";
    case mark::note:
      return "note";
    case mark::warning:
      return "warning";
    case mark::fault:
      break;
  }
  return "fault";
}

json to_json(const section& s, const finding& f) {
  return {{"section", s.title},
          {"mark", json_word(f.verdict)},
          {"text", f.text},
          {"cure", f.cure.empty() ? json() : json(f.cure)}};
}

json to_json(const findings& found) {
  auto list = json::array();
  for (const auto& f : found) {
    list.push_back({{"text", f.text}, {"cure", f.cure}});
  }
  return list;
}

/// A list of whatever has a `to_json`.
template <class T>
json list_of(const std::vector<T>& elements) {
  auto list = json::array();
  for (const auto& element : elements) {
    list.push_back(to_json(element));
  }
  return list;
}

json lines_of(const std::string& text) {
  auto list = json::array();
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) {
    list.push_back(line);
  }
  return list;
}

json checks_of(const report& r) {
  auto list = json::array();
  for (const auto& s : r.sections) {
    for (const auto& f : s.found) {
      list.push_back(to_json(s, f));
    }
  }
  return list;
}

}  // namespace

std::string to_json(const report& r) {
  const auto faults = select(r, mark::fault);
  const json object{
      {"ok", faults.empty()},
      {"role", r.role},
      {"name", r.name},
      {"backend", r.simulated ? "sim" : "gpiod"},
      {"chips", list_of(r.gpio.chips)},
      {"chip", r.gpio.chosen ? to_json(*r.gpio.chosen) : json()},
      {"lines", list_of(r.gpio.lines)},
      {"user", {{"name", r.user.name}, {"uid", r.user.uid}, {"groups", r.user.groups}}},
      {"keys", list_of(r.keys)},
      {"link", to_json(r.link)},
      {"network",
       {{"address", r.address}, {"port", r.port}, {"interfaces", list_of(r.interfaces)}}},
      {"wiring", lines_of(r.drawing)},
      {"checks", checks_of(r)},
      {"faults", to_json(faults)},
      {"warnings", to_json(select(r, mark::warning))},
  };
  // Names come from the kernel and from other programs: whatever is no UTF-8 is replaced.
  return object.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

}  // namespace ledactor::doctor
