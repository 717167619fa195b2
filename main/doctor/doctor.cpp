#include "main/doctor/doctor.hpp"

#include "hw/gpio_board.hpp"
#include "main/doctor/header_drawing.hpp"
#include "main/doctor/report_json.hpp"
#include "main/doctor/report_text.hpp"
#include "main/doctor/web_check.hpp"
#include "main/failure.hpp"
#include "main/standard_streams.hpp"

#include <utility>

namespace ledactor::doctor {

namespace {

findings check_configuration(const config& c) {
  if (const auto fault = find_fault(c); !fault.empty()) {
    return {fault_from(fault)};
  }
  return {ok("its values go together")};
}

/// Adds the chip and the lines, unless the board is simulated.
void add_gpio(report& r, const config& c) {
  if (c.simulated) {
    r.gpio.lines = list_lines(c.gpio);
    r.sections.push_back({"GPIO", {note("left out: a simulated board (--board=sim) needs none")}});
    return;
  }
  r.gpio = check_gpio(c.gpio, hw::find_chips(), hw::find_lines, hw::look_at_gpio_inputs);
  drop_known(r.gpio.on_lines, r.sections.front().found);  // a line that is meant twice
  r.sections.push_back({"GPIO", r.gpio.on_chips});
  r.sections.push_back({lines_title, r.gpio.on_lines});
}

findings check_network(const report& r, const config& c) {
  auto found = c.role == board_role::server
                   ? check_server(c, r.interfaces, try_to_bind(c.listen, c.port))
                   : check_client(c, r.interfaces, look_for_server(c.host, c.port));
  for (auto& f : check_port(c, find_outgoing_ports())) {
    found.push_back(std::move(f));
  }
  return found;
}

report examine(const config& c) {
  report r{
      .role = c.gpio.section,
      .name = c.name,
      .simulated = c.simulated,
      .user = find_user(),
      .address = c.role == board_role::server ? c.listen : c.host,
      .port = c.port,
      .interfaces = find_interfaces(),
  };
  r.sections.push_back({"Configuration", check_configuration(c)});
  add_gpio(r, c);
  r.sections.push_back({"User", {describe(r.user)}});
  auto keys = check_keys(c);
  r.keys = std::move(keys.keys);
  r.sections.push_back({"Key", std::move(keys.found)});
  r.link = check_link(c);
  r.sections.push_back({"Wire", r.link.found});
  if (r.link.key_used) {
    r.sections.push_back({"Encryption", check_encryption()});
  }
  r.sections.push_back({"Network", check_network(r, c)});
  r.sections.push_back(
      {"Page", check_web(c, c.web.enabled ? try_to_bind(c.web.listen, c.web.port) : 0)});
  r.drawing = draw_header(c.gpio, r.gpio.lines);
  r.sections.push_back(
      {wiring_title, check_wiring(c.gpio, r.gpio.chosen ? &r.gpio.chosen->chip : nullptr)});
  return r;
}

}  // namespace

int run(const config& c, doctor_options how) {
  const auto r = examine(c);
  const auto printed = print_out(how.json ? to_json(r) : to_text(r));
  if (printed.status != exit_ok) {
    return fail(printed);
  }
  return select(r, mark::fault).empty() ? exit_ok : exit_failed;
}

}  // namespace ledactor::doctor
