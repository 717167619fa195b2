#include "main/help_text.hpp"

#include "main/commands.hpp"
#include "main/options.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace ledactor {

namespace {

/// How the commands that talk to a running board find it.
constexpr std::string_view board_text = R"(
The board is found by the same configuration that it runs with: web.listen, web.port
(23880 for a server, 23881 with --role=client) and web.token-file. Takes the options
of a run. Exits 69 if no board answers, 77 if it wants another token.
)";

constexpr std::string_view run_text = R"(
A button held here lights an LED on the board at the other end of the link.
Runs one board, as caf-application.conf in the current directory says. The doctor
checks whether it would run, and explains the wiring; off turns its LEDs off.
status, press, release, kick, quit and log talk to a board that runs; so does its
page, whose address the board logs.

  --config-file=FILE  read this file instead
  --role=ROLE         server or client: which end of the link this board is
  --name=NAME         what the peer is shown
  --board=sim         a simulated board, driven by lines on stdin
  --chip=CHIP         the GPIO chip: auto, or a path, name or label
  --host=HOST         client: where the server is
  --listen=ADDRESS    server: the address to listen on
  --port=PORT         the server's TCP port, on both
  --key-file=FILE     the key that both boards share
  --dump-config       print the configuration in force, and exit
  --version, --help   of a command, too: ledactor COMMAND --help

Every key of the configuration can be given by its full name:

)";

constexpr std::string_view end_text = R"(
Keys of CAF, such as --caf.logger.console.verbosity=debug, are CAF's own.

A simulated board reads lines from stdin: press N [MS], release N, leds
(N: 1, 2, ... or control), and prints what its LEDs and its link do.

Exit status: 0 quit, kicked or stopped; 64 usage; 69 a device, address, thread or
memory is missing; 70 an actor keeps on failing; 74 output cannot be written; 77
permission; 78 configuration. Commands that look or ask have more of their own:
see their --help.
)";

}  // namespace

std::string help_text(command_line::command what) {
  if (what != command_line::command::run) {
    const auto& c = spec_of(what);
    return fmt::format("Usage: {}\n{}{}", usage_of(c), c.help, c.asks_a_board ? board_text : "");
  }
  std::string text = "Usage: ledactor [OPTION...]\n";
  for (const auto& c : all_commands()) {
    text += "       " + usage_of(c) + '\n';
  }
  text += run_text;
  for (const auto& o : all_options()) {
    fmt::format_to(std::back_inserter(text), "  --ledactor.{}=\n      {}\n      allowed: {}{}\n",
                   o.key, o.help, o.allowed,
                   o.fallback.empty() ? "" : fmt::format("; default: {}", o.fallback));
  }
  return text + std::string{end_text};
}

}  // namespace ledactor
