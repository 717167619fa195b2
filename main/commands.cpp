#include "main/commands.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ledactor {

namespace {

constexpr std::string_view demo_help = R"(
Runs a server and a client on simulated boards over loopback and draws both,
live, with keys for their buttons. Without a terminal, or with --tour, plays a
checked tour instead: press, release, kick, the next client's turn, link loss
and quit, with measured times; exits 1 if a step fails.
)";

constexpr std::string_view doctor_help = R"(
Checks whether a board would run here as configured: the GPIO chips and the one
that is chosen, each line, who uses it and whether a button is held, this user's
groups, the key's fingerprint, what the wire means for security, a handshake with
itself, the address and port, and the wiring, drawn. It takes the buttons' lines
for a moment to read them, and changes nothing else. Exits 0 if it would run, else
1, with a cure for each fault. Takes the options of a run.

  --json              print the same as JSON
)";

constexpr std::string_view off_help = R"(
Turns the configured LEDs off. Some kernels leave them lit when ledactor was
killed; the service calls this after each end. Takes the options of a run,
and exits 69 while another program has the lines.
)";

constexpr std::string_view keygen_help = R"(
Makes a new random key and writes it to FILE, which nobody else may read. Two
boards with the same key encrypt their link, and let nobody else in.

  --force             replace a FILE that is there already; its owner and group
                      stay, and so does a link to it
)";

constexpr std::string_view status_help = R"(
Tells how a running board is: its link, who has the seats, what is pressed and
lit, the press-to-LED time and the actors. Exits 0 if it is linked, 1 if it is not,
and 2 if the board does not answer.

  --json              print the API's answer
  --watch             go on, and print it again whenever it has changed
)";

constexpr std::string_view press_help = R"(
Presses button N (1, 2, ... or control) of a running simulated board. It is held
until `ledactor release N`, for 60 s at most; with MS, up to 60000, it is released
after so many milliseconds, or at ^C, whatever becomes of this command. A real
board's buttons are pressed by fingers alone.
)";

constexpr std::string_view release_help = R"(
Releases button N (1, 2, ... or control) of a running simulated board, even if
others hold it, too.
)";

constexpr std::string_view kick_help = R"(
Ends a client's session on a running server, so that the next one gets the seat:
that of the client NAME, or of whoever has sat longest. Exits 1 if nobody sits there.
)";

constexpr std::string_view quit_help = R"(
Ends a running board as its control button or a signal would: goodbye to the peers,
LEDs off.
)";

constexpr std::string_view log_help = R"(
Prints the last lines of a running board's log, whatever its own log's level is.

  --follow            go on, and print each new line; also those of the board that
                      is started in this one's place
  --component=NAME    only of one component, such as ledactor.session
  --level=LEVEL       error, warning, info (default) or debug. Lines of debug are
                      kept only while somebody asks for them: use it with --follow
)";

}  // namespace

std::span<const command_spec> all_commands() {
  using is = command_line::command;
  using line = command_line;
  static const std::vector<command_spec> all{
      {
          .name = "demo",
          .what = is::demo,
          .usage = "[--tour]",
          .own = {{"--tour", &line::tour}},
          .help = demo_help,
      },
      {
          .name = "doctor",
          .what = is::doctor,
          .usage = "[--json]",
          .own = {{"--json", &line::json}},
          .takes_keys = true,
          .help = doctor_help,
      },
      {
          .name = "status",
          .what = is::status,
          .usage = "[--json|--watch]",
          .own = {{"--json", &line::json}, {"--watch", &line::watch}},
          .takes_keys = true,
          .asks_a_board = true,
          .help = status_help,
      },
      {
          .name = "press",
          .what = is::press,
          .usage = "N [MS]",
          .min_words = 1,
          .max_words = 2,
          .takes_keys = true,
          .asks_a_board = true,
          .help = press_help,
      },
      {
          .name = "release",
          .what = is::release,
          .usage = "N",
          .min_words = 1,
          .max_words = 1,
          .takes_keys = true,
          .asks_a_board = true,
          .help = release_help,
      },
      {
          .name = "kick",
          .what = is::kick,
          .usage = "[NAME]",
          .max_words = 1,
          .takes_keys = true,
          .asks_a_board = true,
          .help = kick_help,
      },
      {
          .name = "quit",
          .what = is::quit,
          .takes_keys = true,
          .asks_a_board = true,
          .help = quit_help,
      },
      {
          .name = "log",
          .what = is::log,
          .usage = "[--follow] [--component=NAME] [--level=LEVEL]",
          .own = {{"--follow", &line::follow},
                  {"--component", nullptr, &line::component},
                  {"--level", nullptr, &line::level}},
          .takes_keys = true,
          .asks_a_board = true,
          .help = log_help,
      },
      {
          .name = "off",
          .what = is::off,
          .takes_keys = true,
          .help = off_help,
      },
      {
          .name = "keygen",
          .what = is::keygen,
          .usage = "[--force] FILE",
          .own = {{"--force", &line::force}},
          .min_words = 1,
          .max_words = 1,
          .help = keygen_help,
      },
  };
  return all;
}

const command_spec* find_command(std::string_view name) {
  const auto all = all_commands();
  const auto known =
      std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.name == name; });
  return known == all.end() ? nullptr : &*known;
}

const command_spec* find_owner(std::string_view option) {
  const auto all = all_commands();
  const auto owner = std::find_if(all.begin(), all.end(), [&](const auto& c) {
    return std::any_of(c.own.begin(), c.own.end(), [&](const auto& o) { return o.name == option; });
  });
  return owner == all.end() ? nullptr : &*owner;
}

const command_spec& spec_of(command_line::command what) {
  const auto all = all_commands();
  return *std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.what == what; });
}

std::string usage_of(const command_spec& command) {
  return fmt::format("ledactor {}{}{}{}", command.name, command.usage.empty() ? "" : " ",
                     command.usage, command.takes_keys ? " [OPTION...]" : "");
}

}  // namespace ledactor
