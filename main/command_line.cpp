#include "main/command_line.hpp"

#include "main/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace ledactor {

namespace {

/// Short names for the options that are given most.
struct short_name {
  std::string_view name;
  std::vector<std::string_view> keys;
};

const std::array<short_name, 8>& short_names() {
  static const std::array<short_name, 8> names{{
      {"role", {"role"}},
      {"name", {"name"}},
      {"board", {"board.backend"}},
      {"chip", {"board.chip"}},
      {"host", {"client.host"}},
      {"listen", {"server.listen"}},
      {"key-file", {"key-file"}},
      {"port", {"server.port", "client.port"}},  // that of the other role does no harm
  }};
  return names;
}

std::vector<std::string_view> keys_of(std::string_view name) {
  constexpr std::string_view section = "ledactor.";
  for (const auto& known : short_names()) {
    if (known.name == name) {
      return known.keys;
    }
  }
  if (name.starts_with(section) && find_option(name.substr(section.size())) != nullptr) {
    return {name.substr(section.size())};
  }
  return {};
}

/// Options that are no keys.
constexpr std::array<std::string_view, 4> plain_options{"config-file", "dump-config", "version",
                                                        "help"};

std::string nearest_option(std::string_view wrong) {
  constexpr std::string_view section = "ledactor.";
  if (wrong.starts_with(section)) {
    return fmt::format("--ledactor.{}", nearest_key(wrong.substr(section.size())));
  }
  std::vector<std::string_view> short_forms{plain_options.begin(), plain_options.end()};
  for (const auto& known : short_names()) {
    short_forms.push_back(known.name);
  }
  const auto nearest = *std::min_element(
      short_forms.begin(), short_forms.end(),
      [&](auto a, auto b) { return misspelling(a, wrong) < misspelling(b, wrong); });
  const auto key = nearest_key(wrong);
  return misspelling(nearest, wrong) <= misspelling(key, wrong) ? fmt::format("--{}", nearest)
                                                                : fmt::format("--ledactor.{}", key);
}

/// What is wrong with an option that is none.
std::string unknown_option(std::string_view argument) {
  const auto option = argument.substr(0, argument.find('='));
  const auto name = option.substr(std::min(option.find_first_not_of('-'), option.size()));
  if (option == "--tour") {
    return "'--tour' is an option of the demo: ledactor demo --tour";
  }
  if (option == "--json") {
    return "'--json' is an option of the doctor: ledactor doctor --json";
  }
  if (option.starts_with("--")
      && std::find(plain_options.begin(), plain_options.end(), name) != plain_options.end()) {
    return fmt::format("'{}' takes no value", option);
  }
  return fmt::format("unknown option '{}'; the nearest is '{}'; see ledactor --help",
                     printable(option), nearest_option(name));
}

bool is_boolean(std::string_view word) {
  return word == "true" || word == "false";
}

/// Takes one `--name=value` or `--name value`; the latter moves `next` on.
std::optional<std::string> take_option(command_line& line, std::string_view argument,
                                       std::vector<std::string>::const_iterator& next,
                                       std::vector<std::string>::const_iterator last) {
  const auto equals = argument.find('=');
  const auto name = argument.substr(2, equals - 2);
  const bool is_caf = name.starts_with("caf.");
  const auto keys = keys_of(name);
  if (keys.empty() && name != "config-file" && !is_caf) {
    return unknown_option(argument);
  }
  const bool is_flag = !keys.empty() && find_option(keys.front())->kind == option_kind::flag;
  std::string value = "true";
  if (equals != std::string_view::npos) {
    value = argument.substr(equals + 1);
  } else if (next != last && (is_flag ? is_boolean(*next) : !next->starts_with("--"))) {
    value = *next++;
  } else if (!is_flag) {
    return fmt::format("'--{0}' needs a value: --{0}=VALUE", printable(name));
  }
  if (is_caf) {
    line.caf_arguments.push_back(fmt::format("--{}={}", name, value));
  }
  if (name == "config-file") {
    line.config_file = value;
  }
  for (const auto& key : keys) {
    const auto& o = *find_option(key);
    const auto parsed = parse_option(o, value);
    if (auto complaint = complaint_about(o, parsed)) {
      return fmt::format("--{}: {}", name, *complaint);
    }
    caf::put(line.overrides, fmt::format("ledactor.{}", key), parsed);
  }
  return std::nullopt;
}

constexpr std::array<std::pair<std::string_view, command_line::command>, 4> commands{{
    {"demo", command_line::command::demo},
    {"doctor", command_line::command::doctor},
    {"off", command_line::command::off},
    {"keygen", command_line::command::keygen},
}};

std::optional<std::string> take_word(command_line& line, const std::string& word, bool is_first) {
  const auto* const known = std::find_if(commands.begin(), commands.end(),
                                         [&](const auto& c) { return c.first == word; });
  if (known == commands.end()) {
    return fmt::format(
        "unknown command '{}'; known: demo, doctor, off, keygen, or none to run a board; see "
        "ledactor --help",
        printable(word));
  }
  if (!is_first) {
    return fmt::format("'{0}' must be the first argument: ledactor {0}", word);
  }
  line.what = known->second;
  return std::nullopt;
}

std::optional<std::string> take_demo_argument(command_line& line, const std::string& argument) {
  if (argument == "--tour") {
    line.tour = true;
  } else if (argument == "--help" || argument == "-h") {
    line.help = true;
  } else {
    return fmt::format("demo: unknown argument '{}'; known: --tour, --help", printable(argument));
  }
  return std::nullopt;
}

std::optional<std::string> take_keygen_argument(command_line& line, const std::string& argument) {
  if (argument == "--force") {
    line.force = true;
  } else if (argument == "--help" || argument == "-h") {
    line.help = true;
  } else if (argument.starts_with("-") || argument.empty()) {
    return fmt::format("keygen: unknown argument '{}'; known: FILE, --force, --help",
                       printable(argument));
  } else if (!line.file.empty()) {
    return fmt::format("keygen: '{}' is one FILE too many", printable(argument));
  } else {
    line.file = argument;
  }
  return std::nullopt;
}

}  // namespace

std::variant<command_line, failure> parse_command_line(const std::vector<std::string>& arguments) {
  command_line line;
  for (auto next = arguments.begin(); next != arguments.end();) {
    const bool is_first = next == arguments.begin();
    const auto& argument = *next++;
    std::optional<std::string> complaint;
    if (line.what == command_line::command::demo) {
      complaint = take_demo_argument(line, argument);
    } else if (line.what == command_line::command::keygen) {
      complaint = take_keygen_argument(line, argument);
    } else if (argument == "--help" || argument == "-h") {
      line.help = true;
    } else if (argument == "--version") {
      line.version = true;
    } else if (argument == "--json" && line.what == command_line::command::doctor) {
      line.json = true;
    } else if (argument == "--dump-config" && line.what == command_line::command::run) {
      line.dump_config = true;
    } else if (argument.starts_with("--")) {
      complaint = take_option(line, argument, next, arguments.end());
    } else if (argument.starts_with("-")) {
      complaint = unknown_option(argument);
    } else {
      complaint = take_word(line, argument, is_first);
    }
    if (complaint) {
      return failure{exit_usage, *complaint};
    }
  }
  if (line.what == command_line::command::keygen && line.file.empty() && !line.help) {
    return failure{exit_usage, "keygen: it needs a FILE to write the key to: ledactor keygen FILE"};
  }
  return line;
}

std::string help_text(command_line::command what) {
  if (what == command_line::command::demo) {
    return R"(Usage: ledactor demo [--tour]

Runs a server and a client on simulated boards over loopback and draws both,
live, with keys for their buttons. Without a terminal, or with --tour, plays a
checked tour instead: press, release, kick, the next client's turn, link loss
and quit, with measured times; exits 1 if a step fails.
)";
  }
  if (what == command_line::command::keygen) {
    return R"(Usage: ledactor keygen [--force] FILE

Makes a new random key and writes it to FILE, which nobody else may read. Two
boards with the same key encrypt their link, and let nobody else in.

  --force             replace a FILE that is there already
)";
  }
  if (what == command_line::command::doctor) {
    return R"(Usage: ledactor doctor [--json] [OPTION...]

Checks whether a board would run here as configured, and changes nothing: the
GPIO chips and the one that is chosen, each line and who uses it, this user's
groups, the key's fingerprint, what the wire means for security, the address and
port, and the wiring, drawn. Exits 0 if it would run, else 1, with a cure for each
fault. Takes the options of a run.

  --json              print the same as JSON
)";
  }
  if (what == command_line::command::off) {
    return R"(Usage: ledactor off [OPTION...]

Turns the configured LEDs off. Some kernels leave them lit when ledactor was
killed; the service calls this after each end. Takes the options of a run,
and exits 69 while another program has the lines.
)";
  }
  std::string text = R"(Usage: ledactor [OPTION...]
       ledactor demo [--tour]
       ledactor doctor [--json] [OPTION...]
       ledactor off [OPTION...]
       ledactor keygen [--force] FILE

A button held here lights an LED on the board at the other end of the link.
Runs one board, as caf-application.conf in the current directory says. The doctor
checks whether it would run, and explains the wiring; off turns its LEDs off.

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
  --version, --help

Every key of the configuration can be given by its full name:

)";
  for (const auto& o : all_options()) {
    fmt::format_to(std::back_inserter(text), "  --ledactor.{}=\n      {}\n      allowed: {}{}\n",
                   o.key, o.help, o.allowed,
                   o.fallback.empty() ? "" : fmt::format("; default: {}", o.fallback));
  }
  text += R"(
Keys of CAF, such as --caf.logger.console.verbosity=debug, are CAF's own.

A simulated board reads lines from stdin: press N [MS], release N, leds
(N: 1, 2, ... or control), and prints what its LEDs and its link do.

Exit status: 0 quit, kicked or stopped; 64 usage; 69 a device or address is not
to be had; 70 an actor keeps on failing; 77 permission; 78 configuration.
)";
  return text;
}

}  // namespace ledactor
