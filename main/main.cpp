#include "actors/messages.hpp"
#include "hw/gpio_board.hpp"
#include "main/command_line.hpp"
#include "main/commands.hpp"
#include "main/config.hpp"
#include "main/config_file.hpp"
#include "main/demo/demo.hpp"
#include "main/doctor/doctor.hpp"
#include "main/help_text.hpp"
#include "main/keys.hpp"
#include "main/remote/remote.hpp"
#include "main/run_board.hpp"
#include "main/signals.hpp"
#include "main/standard_streams.hpp"
#include "main/system_config.hpp"

#include <caf/init_global_meta_objects.hpp>
#include <caf/io/middleman.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <ios>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ledactor;

int turn_off(const config& c) {
  if (c.simulated) {
    return fail({exit_usage, "off: a simulated board has no LEDs that could stay lit"});
  }
  const auto done = hw::clear_gpio_leds(c.gpio);
  if (const auto* why = std::get_if<hw::error>(&done)) {
    return fail(to_failure(*why));
  }
  return finish(print_out(fmt::format("LEDs off: {}\n", std::get<std::size_t>(done))));
}

int run(const command_line& line) {
  auto settings = read_config_file(line.config_file);
  if (const auto* why = std::get_if<failure>(&settings)) {
    return fail(*why);
  }
  auto& merged = std::get<caf::settings>(settings);
  merge(merged, line.overrides);
  fill_in_defaults(merged);
  system_config system;
  if (const auto why = system.take(merged, line.caf_arguments)) {
    return fail(*why);
  }
  if (line.dump_config) {
    merged["caf"] = system.content["caf"];
    return finish(print_out(to_file_text(merged)));
  }
  const auto c = read_config(merged);
  if (line.what == command_line::command::off) {
    return turn_off(c);
  }
  if (line.what == command_line::command::doctor) {
    return doctor::run(c, {.json = line.json});
  }
  if (line.what != command_line::command::run && spec_of(line.what).asks_a_board) {
    return remote::run(c, line);
  }
  if (auto fault = find_fault(c); !fault.empty()) {
    return fail({exit_config, std::move(fault)});
  }
  auto keys = read_keys(c);
  if (const auto* why = std::get_if<failure>(&keys)) {
    return fail(*why);
  }
  block_signals();
  const auto end = run_board(c, std::get<net::shared_keys>(std::move(keys)), system);
  return finish(end);
}

int dispatch(const std::vector<std::string>& arguments) {
  const auto parsed = parse_command_line(arguments);
  if (const auto* why = std::get_if<failure>(&parsed)) {
    return fail(*why);
  }
  const auto& line = std::get<command_line>(parsed);
  if (line.help) {
    return finish(print_out(help_text(line.what)));
  }
  if (line.version) {
    return finish(print_out(fmt::format("ledactor {}\n", LEDACTOR_VERSION)));
  }
  if (line.what == command_line::command::keygen) {
    return generate_key(line.words.front(), line.force);
  }
  if (line.what == command_line::command::demo) {
    return demo::run({.tour = line.tour});
  }
  return run(line);
}

}  // namespace

int main(int argc, char** argv) {
  if (!open_standard_streams()) {
    return fail({exit_unavailable,
                 "/dev/null cannot be opened in the place of a closed stdin, "
                 "stdout or stderr"});
  }
  ignore_failed_writes();
  try {
    // CAF logs to std::clog: without a buffer of its own that writes each byte by itself, and other
    // threads' lines on stderr fall between.
    std::ios_base::sync_with_stdio(false);
    caf::core::init_global_meta_objects();
    caf::io::middleman::init_global_meta_objects();
    init_messages();
    return dispatch({argv + 1, argv + argc});
  } catch (const std::bad_alloc&) {
    return fail({exit_unavailable, "too little memory; see ulimit -v"});
  } catch (const std::exception& e) {  // no thread or no descriptor is left
    return fail({exit_unavailable, e.what()});
  }
}
