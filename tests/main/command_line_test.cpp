#define CAF_SUITE command_line

#include "main/command_line.hpp"

#include "main/commands.hpp"
#include "main/config_file.hpp"
#include "main/options.hpp"
#include "tests/main/complaint.hpp"

#include <caf/test/bdd_dsl.hpp>
#include <fmt/format.h>

using namespace ledactor;

namespace {

using arguments = std::vector<std::string>;

command_line line_of(const arguments& given) {
  CAF_MESSAGE(fmt::format("{}", fmt::join(given, " ")));
  auto parsed = parse_command_line(given);
  REQUIRE(std::holds_alternative<command_line>(parsed));
  return std::get<command_line>(std::move(parsed));
}

std::string complaint_of(const arguments& given) {
  CAF_MESSAGE(printable(fmt::format("{}", fmt::join(given, " "))));
  return test::complaint_about_arguments(given);
}

/// The overrides of good arguments, in the format of the file.
std::string overrides_of(const arguments& given) {
  return to_file_text(line_of(given).overrides);
}

struct unknown_option_case {
  std::string_view argument;
  std::string_view nearest;
};

constexpr unknown_option_case unknown_options[] = {
    {"--prot=5", "--port"},
    {"--rol=server", "--role"},
    {"--Role=server", "--role"},
    {"-port=5", "--port"},
    {"--config=x", "--config-file"},
    {"--dump", "--dump-config"},
    {"--hlep", "--help"},
    {"--plaintext", "--ledactor.plaintext"},
    {"--heartbeat=1s", "--ledactor.link.heartbeat"},
    {"--link.heartbeat=1s", "--ledactor.link.heartbeat"},
    {"--ledactor.link.hearbeat=1s", "--ledactor.link.heartbeat"},
    {"--ledactor.port=1", "--ledactor.server.port"},
    {"--leds=[4]", "--ledactor.server.leds"},
};

struct bad_value_case {
  std::string_view argument;
  std::string_view complaint;
};

constexpr bad_value_case bad_values[] = {
    {"--port=", R"(--port: "" is not allowed; allowed: 1 to 65535)"},
    {"--port=http", R"(--port: "http" is not allowed; allowed: 1 to 65535)"},
    {"--port=0", "--port: 0 is not allowed; allowed: 1 to 65535"},
    {"--port=70000", "--port: 70000 is not allowed; allowed: 1 to 65535"},
    {"--role=sever", R"(--role: "sever" is not allowed; allowed: server, client)"},
    {"--board=gpio", R"(--board: "gpio" is not allowed; allowed: gpiod, sim)"},
    {"--host=", R"(--host: "" is not allowed; allowed: a host name or an address)"},
    {"--ledactor.plaintext=1", "--ledactor.plaintext: 1 is not allowed; allowed: true, false"},
    {"--ledactor.link.heartbeat=1",
     "--ledactor.link.heartbeat: 1 is not allowed; allowed: 10ms to 1h; write it with its unit: "
     "ms, s, min or h"},
};

}  // namespace

SCENARIO("an unknown option is refused, with the nearest that is known") {
  for (const auto& [argument, nearest] : unknown_options) {
    CHECK_EQ(complaint_of({"--board=sim", std::string{argument}}),
             fmt::format("unknown option '{}'; the nearest is '{}'; see ledactor --help",
                         argument.substr(0, argument.find('=')), nearest));
  }
}

SCENARIO("a strange option is refused") {
  for (const auto& option :
       {std::string{"-"}, std::string{"--"}, std::string{"--="}, std::string{"---"},
        std::string{"--\n"}, std::string{"--\x1b[2J=1"}, "--" + std::string(100'000, 'x')}) {
    const auto complaint = complaint_of({"--board=sim", option});
    CHECK(complaint.starts_with("unknown option '-"));
    CHECK(complaint.ends_with("; see ledactor --help"));
  }
}

SCENARIO("a missing value is asked for") {
  const std::vector<std::pair<arguments, std::string_view>> cases{
      {{"--board"}, "--board"},
      {{"--port", "--board=sim"}, "--port"},
      {{"--board=sim", "--config-file"}, "--config-file"},
      {{"--ledactor.link.heartbeat"}, "--ledactor.link.heartbeat"},
      {{"--board=sim", "--caf.scheduler.policy"}, "--caf.scheduler.policy"},
      {{"log", "--level"}, "--level"},
      {{"log", "--component", "--follow"}, "--component"},
  };
  for (const auto& [given, name] : cases) {
    CHECK_EQ(complaint_of(given), fmt::format("'{0}' needs a value: {0}=VALUE", name));
  }
}

SCENARIO("a bad value is told with its argument") {
  for (const auto& [argument, complaint] : bad_values) {
    CHECK_EQ(complaint_of({std::string{argument}}), complaint);
  }
}

SCENARIO("an option that takes no value is refused with one") {
  for (const auto* option : {"--help", "--version", "--dump-config"}) {
    CHECK_EQ(complaint_of({fmt::format("{}=1", option)}),
             fmt::format("'{}' takes no value", option));
  }
}

SCENARIO("an unknown command is refused, with those that are known") {
  for (const auto& word : {std::string{"dmeo"}, std::string{"run"}, std::string{},
                           std::string{"\x1b[2J"}, std::string(100'000, 'x')}) {
    const auto complaint = complaint_of({word});
    CHECK(complaint.starts_with("unknown command '"));
    CHECK(complaint.ends_with(
        "'; known: demo, doctor, status, press, release, kick, quit, log, off, keygen, or none to "
        "run a board; see ledactor --help"));
  }
}

SCENARIO("a command comes first, and its own options after it") {
  CHECK_EQ(complaint_of({"--board=sim", "demo"}),
           "'demo' must be the first argument: ledactor demo");
  CHECK_EQ(complaint_of({"status", "demo"}), "'demo' must be the first argument: ledactor demo");
  CHECK_EQ(complaint_of({"--tour"}), "'--tour' is an option of a command: ledactor demo [--tour]");
}

SCENARIO("a bad argument of the demo is refused") {
  for (const auto* argument : {"--tuor", "tour", "--board=sim", "--tour=1", "\n", ""}) {
    CHECK_EQ(complaint_of({"demo", argument}),
             fmt::format("demo: '{}' is not one of its arguments; usage: ledactor demo [--tour]",
                         printable(argument)));
  }
  CHECK(test::contains(complaint_of({"demo", "\n"}), R"('\x0a')"));
}

SCENARIO("a bad argument of another command is refused") {
  CHECK_EQ(complaint_of({"keygen"}),
           "keygen: an argument is missing; usage: ledactor keygen [--force] FILE");
  CHECK(complaint_of({"keygen", "a", "b"}).starts_with("keygen: 'b' is not one of its arguments"));
  CHECK(complaint_of({"press", "1\n2"})
            .starts_with(R"(press: '1\x0a2' is not one of its arguments)"));
  CHECK(!complaint_of({"press", "0"}).empty());
  CHECK(!complaint_of({"release", "x"}).empty());
  CHECK_EQ(complaint_of({"status", "--json", "--watch"}),
           "status: --json and --watch do not go together");
  CHECK_EQ(complaint_of({"log", "--level=loud"}),
           "--level: 'loud' is not allowed; allowed: error, warning, info, debug");
  CHECK_EQ(complaint_of({"log", "--component=a b"}),
           "--component: 'a b' is not allowed; allowed: letters, digits, dots and dashes");
}

SCENARIO("the first fault is the one that is told") {
  CHECK(complaint_of({"--prot=5", "--rol=server"}).starts_with("unknown option '--prot'"));
}

SCENARIO("a fault is found even if help is asked for") {
  CHECK(complaint_of({"--help", "--prot=5"}).starts_with("unknown option '--prot'"));
}

SCENARIO("help of a command needs none of its arguments") {
  const auto line = line_of({"keygen", "--help"});
  CHECK(line.help);
  CHECK(line.what == command_line::command::keygen);
}

SCENARIO("no argument runs a board, and each command is found by its name") {
  CHECK(line_of({}).what == command_line::command::run);
  for (const auto& command : all_commands()) {
    arguments given{std::string{command.name}};
    given.resize(1 + command.min_words, "1");
    const auto line = line_of(given);
    CHECK(line.what == command.what);
    CHECK_EQ(line.words.size(), command.min_words);
  }
}

SCENARIO("a command takes its own options and words, and those of a run") {
  const auto log =
      line_of({"log", "--follow", "--component", "ledactor.chip", "--level=debug", "--port=4"});
  CHECK(log.follow);
  CHECK_EQ(log.component, "ledactor.chip");
  CHECK_EQ(log.level, "debug");
  CHECK(!log.overrides.empty());
  CHECK(line_of({"press", "control", "20"}).words == (arguments{"control", "20"}));
  CHECK(line_of({"demo", "--tour"}).tour);
  CHECK(line_of({"keygen", "--force", "key"}).force);
  CHECK(line_of({"status", "--watch"}).watch);
  CHECK(line_of({"doctor", "--json"}).json);
}

SCENARIO("a value follows an equals sign, or is the next argument") {
  for (const auto& given :
       {arguments{"--port=4711"}, arguments{"--port", "4711"},
        arguments{"--ledactor.server.port=4711", "--ledactor.client.port=4711"}}) {
    CHECK_EQ(overrides_of(given),
             "ledactor {\n  client {\n    port = 4711\n  }\n  server {\n    port = 4711\n  }\n}\n");
  }
  CHECK_EQ(line_of({"--config-file", "a.conf"}).config_file.value_or("none"), "a.conf");
  CHECK_EQ(line_of({"--config-file="}).config_file.value_or("none"), "");
  CHECK(line_of({"--caf.scheduler.max-threads", "3"}).caf_arguments
        == arguments{"--caf.scheduler.max-threads=3"});
}

SCENARIO("a flag needs no value but may have one") {
  const auto* yes = "ledactor {\n  plaintext = true\n}\n";
  const auto* no = "ledactor {\n  plaintext = false\n}\n";
  CHECK_EQ(overrides_of({"--ledactor.plaintext"}), yes);
  CHECK_EQ(overrides_of({"--ledactor.plaintext", "true"}), yes);
  CHECK_EQ(overrides_of({"--ledactor.plaintext", "false"}), no);
  CHECK_EQ(overrides_of({"--ledactor.plaintext", "--ledactor.plaintext=false"}), no);
  CHECK(line_of({"--ledactor.plaintext", "--dump-config"}).dump_config);
}
