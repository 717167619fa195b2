#define CAF_SUITE options

#include "main/options.hpp"

#include "main/command_line.hpp"
#include "main/config_file.hpp"
#include "main/help_text.hpp"
#include "tests/main/complaint.hpp"

#include <caf/test/bdd_dsl.hpp>
#include <fmt/format.h>

#include <fstream>
#include <set>

using namespace ledactor;

namespace {

/// A complaint about the value of an option, in a file and on the command line.
struct two_complaints {
  std::string in_file;
  std::string in_argument;
};

two_complaints complaints_about(std::string_view key, std::string_view value) {
  CAF_MESSAGE(fmt::format("{} = {}", key, printable(value)));
  const auto name = fmt::format("ledactor.{}", key);
  return {
      .in_file = test::complaint_about_file(test::file_with(name, value)),
      .in_argument = test::complaint_about_arguments({fmt::format("--{}={}", name, value)}),
  };
}

std::string complaint_in_file(std::string_view key, std::string_view value) {
  return complaints_about(key, value).in_file;
}

bool is_of_kind(const option& o, std::initializer_list<option_kind> kinds) {
  return std::find(kinds.begin(), kinds.end(), o.kind) != kinds.end();
}

/// The keys whose values are of one of these kinds.
std::set<std::string_view> keys_of_kinds(std::initializer_list<option_kind> kinds) {
  std::set<std::string_view> keys;
  for (const auto& o : all_options()) {
    if (is_of_kind(o, kinds)) {
      keys.insert(o.key);
    }
  }
  return keys;
}

struct wrong_kind_case {
  std::string_view key;
  std::string_view value;
  std::string_view allowed;  ///< how the words for what is allowed begin
  std::string_view advice = "";
};

constexpr std::string_view port_words = "1 to 65535";
constexpr std::string_view name_words = "1 to 63 printable ASCII characters";
constexpr std::string_view line_words = "a BCM offset from 0 to 1023, or a line name";
constexpr std::string_view lines_words = "a list of 1 to 64 lines";
constexpr std::string_view names_words = "a list of 1 to 16 host names or origins";
constexpr std::string_view line_name_words =
    "; a name has 1 to 31 printable ASCII characters, and not digits alone";

constexpr wrong_kind_case wrong_kinds[] = {
    {"server.port", R"("23870")", port_words, "without quotes"},
    {"server.port", R"("http")", port_words},
    {"server.port", "1.5", port_words},
    {"server.port", "true", port_words},
    {"server.port", "5s", port_words},
    {"server.port", "[1, 2]", port_words},
    {"role", "5", "server, client", "in quotes"},
    {"role", "true", "server, client", "in quotes"},
    {"name", "5", name_words, "in quotes"},
    {"name", "[]", name_words, "in quotes"},
    {"plaintext", "1", "true, false"},
    {"plaintext", R"("true")", "true, false", "without quotes"},
    {"plaintext", R"("yes")", "true, false"},
    {"link.heartbeat", "1", "10ms to 1h", "with its unit: ms, s, min or h"},
    {"link.heartbeat", "0", "10ms to 1h", "with its unit: ms, s, min or h"},
    {"link.heartbeat", R"("1s")", "10ms to 1h", "without quotes"},
    {"link.heartbeat", R"("soon")", "10ms to 1h"},
    {"link.heartbeat", "[1s]", "10ms to 1h"},
    {"board.debounce", "5", "0ms to 1s", "with its unit: ms, s, min or h"},
    {"server.leds", "4", lines_words, "in brackets"},
    {"server.leds", R"("GPIO4")", lines_words, "in brackets"},
    {"server.leds", "4s", lines_words},
    {"web.names", R"("desk.lan")", names_words, "in brackets"},
    {"web.names", R"("desk lan")", names_words},
    {"web.names", "5", names_words},
    {"web.names", "[]", names_words},
    {"client.control", "[26]", line_words},
    {"client.control", "1.5", line_words},
};

struct range_case {
  std::string_view key;
  std::string_view below;
  std::string_view least;
  std::string_view most;
  std::string_view above;
  std::string_view allowed;
};

constexpr range_case ranges[] = {
    {"server.port", "0", "1", "65535", "65536", "1 to 65535"},
    {"server.seats", "0", "1", "64", "65", "1 to 64"},
    {"client.port", "0", "1", "65535", "65536", "1 to 65535"},
    {"board.debounce", "-1ms", "0s", "1s", "1001ms", "0ms to 1s"},
    {"board.bounce", "-1ns", "0s", "1s", "1000000001ns", "0ms to 1s"},
    {"board.link-loss-grace", "-1s", "0s", "1h", "3601s", "0s to 1h"},
    {"web.port", "0", "1", "65535", "65536", "1 to 65535"},
    {"link.ece387-pace", "999us", "1ms", "1s", "1001ms", "1ms to 1s"},
    {"link.heartbeat", "9999us", "10ms", "1h", "3600001ms", "10ms to 1h"},
    {"link.dead-after", "19ms", "20ms", "1h", "61min", "20ms to 1h, at least twice the heartbeat"},
    {"link.reconnect-min", "9ms", "10ms", "1h", "2h", "10ms to 1h"},
    {"link.reconnect-max", "9ms", "10ms", "1h", "2h", "10ms to 1h, at least reconnect-min"},
};

struct choice_case {
  std::string_view key;
  std::string_view allowed;
  std::vector<std::string_view> words;
};

const std::vector<choice_case> choices{
    {"role", "server, client", {"server", "client"}},
    {"server.when-busy", "queue, refuse", {"queue", "refuse"}},
    {"client.on-kick", "exit, rejoin", {"exit", "rejoin"}},
    {"board.backend", "gpiod, sim", {"gpiod", "sim"}},
    {"board.bias",
     "pull-up, pull-down, disabled, as-is",
     {"pull-up", "pull-down", "disabled", "as-is"}},
    {"board.debounce-by", "actor, kernel", {"actor", "kernel"}},
    {"board.on-link-loss", "off, hold, on", {"off", "hold", "on"}},
    {"link.wire", "native, ece387, any", {"native", "ece387", "any"}},
};

/// As many lines as that, in the configuration's syntax.
std::string list_of_lines(std::size_t count) {
  std::string text;
  for (std::size_t line = 0; line < count; ++line) {
    text += fmt::format("{}{}", text.empty() ? "[" : ", ", line);
  }
  return text + ']';
}

}  // namespace

SCENARIO("each default is allowed, and each key stands once") {
  std::set<std::string_view> keys;
  for (const auto& o : all_options()) {
    CHECK(keys.insert(o.key).second);
    CHECK(!o.help.empty());
    if (!o.fallback.empty()) {
      const auto value = caf::config_value::parse(std::string{o.fallback});
      REQUIRE(value);
      CHECK(!complaint_about(o, *value));
    }
  }
}

SCENARIO("the README's table has each option as it is") {
  std::ifstream file{README_FILE};
  std::set<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    rows.insert(line);
  }
  for (const auto& o : all_options()) {
    const auto fallback = o.fallback.empty() ? "" : fmt::format("`{}`", o.fallback);
    const auto row = fmt::format("| `{}` | {} | {} | {} |", o.key, fallback, o.allowed, o.help);
    CAF_MESSAGE(row);
    CHECK(rows.count(row) == 1);
  }
}

SCENARIO("a misspelt key finds the one that was meant") {
  CHECK_EQ(nearest_key("link.hartbeat"), "link.heartbeat");
  CHECK_EQ(nearest_key("server.led"), "server.leds");
  CHECK_EQ(nearest_key("rol"), "role");
  CHECK_EQ(nearest_key("board.debonce"), "board.debounce");
}

SCENARIO("a value of the wrong kind is refused, with advice how to write it") {
  for (const auto& [key, value, allowed, advice] : wrong_kinds) {
    const auto complaint = complaint_in_file(key, value);
    CHECK(complaint.starts_with(
        fmt::format("ledactor.{}: {} is not allowed; allowed: {}", key, value, allowed)));
    CHECK(advice.empty() ? !test::contains(complaint, "; write it")
                         : complaint.ends_with(fmt::format("; write it {}", advice)));
  }
}

SCENARIO("a value is refused just outside its range, and taken at both ends") {
  for (const auto& [key, below, least, most, above, allowed] : ranges) {
    for (const auto value : {below, above}) {
      const auto complaint =
          fmt::format("ledactor.{}: {} is not allowed; allowed: {}", key, value, allowed);
      const auto [in_file, in_argument] = complaints_about(key, value);
      CHECK_EQ(in_file, complaint);
      CHECK_EQ(in_argument, "--" + complaint);
    }
    for (const auto value : {least, most}) {
      CHECK_EQ(complaint_in_file(key, value), "");
      const auto line = parse_command_line({fmt::format("--ledactor.{}={}", key, value)});
      REQUIRE(std::holds_alternative<command_line>(line));
      CHECK(test::contains(to_file_text(std::get<command_line>(line).overrides),
                           fmt::format("{} = {}\n", key.substr(key.rfind('.') + 1), value)));
    }
  }
}

SCENARIO("each option with a range is tested, and its help tells the range") {
  const auto help = help_text(command_line::command::run);
  std::set<std::string_view> keys;
  for (const auto& range : ranges) {
    CAF_MESSAGE(range.key);
    keys.insert(range.key);
    CHECK(
        test::contains(help, fmt::format("  --ledactor.{}=\n      {}\n      allowed: {}", range.key,
                                         find_option(range.key)->help, range.allowed)));
  }
  CHECK(keys == keys_of_kinds({option_kind::integer, option_kind::duration}));
}

SCENARIO("a number beyond 64 bits is refused") {
  for (const auto& [value, fault] : {std::pair{"99999999999999999999", "integer overflow"},
                                     std::pair{"-99999999999999999999", "integer underflow"}}) {
    const auto in_file = complaint_in_file("server.port", value);
    CHECK(in_file.starts_with("line 1, column "));
    CHECK(in_file.ends_with(fmt::format(": {}", fault)));
    CHECK_EQ(test::complaint_about_arguments({fmt::format("--port={}", value)}),
             fmt::format("--port: \"{}\" is not allowed; allowed: 1 to 65535", value));
  }
}

SCENARIO("a duration beyond 64 bits is not taken for another") {
  const auto& o = *find_option("link.dead-after");
  for (const auto* endless :
       {"18446744074s", " 18446744074s", "+18446744074s", "-9223372036854775808s", "0x44b82fa0as",
        "0211340575012s", "0b10001001011100000101111101000001010s", "153722868min", "2562048h",
        "18446744074seven", "[1, 18446744074s]"}) {
    CAF_MESSAGE(endless);
    CHECK(caf::holds_alternative<std::string>(parse_option(o, endless)));
  }
  for (const auto* good :
       {"9223372036s", "0x10s", "010s", "0b11s", "-1s", "9223372036854775807ns"}) {
    CAF_MESSAGE(good);
    CHECK(caf::holds_alternative<caf::timespan>(parse_option(o, good)));
  }
  const auto name = parse_option(*find_option("server.leds"), R"(["18446744074s"])");
  CHECK(caf::holds_alternative<caf::config_value::list>(name));
}

SCENARIO("a duration beyond 64 bits is refused") {
  for (const auto* value :
       {"18446744074s", "5124096h", "9223372036854775807min", "-18446744074s"}) {
    const auto [in_file, in_argument] = complaints_about("link.heartbeat", value);
    CHECK(in_file.ends_with(fmt::format("the duration {} is too long", value)));
    CHECK_EQ(in_argument,
             fmt::format("--ledactor.link.heartbeat: \"{}\" is not allowed; allowed: 10ms to 1h",
                         value));
  }
  CHECK(test::complaint_about_file("ledactor { board { bounce = [1 675415205662s = 2] } }")
            .ends_with("the duration 675415205662s is too long"));
}

SCENARIO("a duration with a bad unit is refused") {
  for (const auto* value : {"1parsec", "1.5s", "5 s", "1m", "1hour"}) {
    const auto [in_file, in_argument] = complaints_about("link.heartbeat", value);
    CHECK(in_file.starts_with("line 1, column "));
    CHECK_EQ(in_argument,
             fmt::format("--ledactor.link.heartbeat: \"{}\" is not allowed; allowed: 10ms to 1h",
                         value));
  }
}

SCENARIO("of a few words each is taken, and any other is refused") {
  std::set<std::string_view> keys;
  for (const auto& [key, allowed, words] : choices) {
    keys.insert(key);
    for (const auto word : words) {
      CHECK_EQ(complaint_in_file(key, fmt::format("\"{}\"", word)), "");
    }
    for (const auto* word : {"sever", "", "Server", "server, client", "queue,", R"(a\nb)"}) {
      CHECK_EQ(complaint_in_file(key, fmt::format("\"{}\"", word)),
               fmt::format("ledactor.{}: \"{}\" is not allowed; allowed: {}", key, word, allowed));
    }
  }
  CHECK(keys == keys_of_kinds({option_kind::choice}));
}

SCENARIO("names and origins are taken as browsers write them, and a bad one is named") {
  for (const auto* good :
       {"desk", "Left-Desk.lan", "desk.lan.", "xn--bcher-kva.example", "10.0.0.7",
        "http://desk.lan", "https://desk.example.org", "https://desk:8443"}) {
    CHECK_EQ(complaint_in_file("web.names", fmt::format(R"(["x.lan", "{}"])", good)), "");
  }
  for (const auto* bad :
       {"", "desk:23880", "https://", "https://desk/", "https://desk/board", "ftp://desk", "//desk",
        "https://me@desk", "https://desk:", "https://desk:0", "https://desk:65536",
        "https://desk:080", "https://desk:8443/", "*.lan", ".lan", "desk lan"}) {
    CHECK_EQ(complaint_in_file("web.names", fmt::format(R"(["x.lan", "{}"])", bad)),
             fmt::format("ledactor.web.names: \"{}\" in the list is not allowed; allowed: {}", bad,
                         find_option("web.names")->allowed));
  }
}

SCENARIO("a list of lines with a bad one is refused, and the bad one is named") {
  const auto long_name = fmt::format("\"{}\"", std::string(32, 'x'));
  const std::vector<std::pair<std::string, std::string>> cases{
      // the value and its culprit
      {"[]", "[]"},
      {"[4, -1]", "-1 in the list"},
      {"[4, 1024]", "1024 in the list"},
      {"[4, 9223372036854775807]", "9223372036854775807 in the list"},
      {"[4, 1.5]", "1.5 in the list"},
      {"[4, true]", "true in the list"},
      {"[4, 5s]", "5s in the list"},
      {"[4, [5]]", "[5] in the list"},
      {R"([4, ""])", R"("" in the list)"},
      {R"([4, " GPIO5"])", R"(" GPIO5" in the list)"},
      {R"([4, "17"])", R"("17" in the list)"},
      {R"([4, "GPIO\n5"])", R"("GPIO\n5" in the list)"},
      {fmt::format("[4, {}]", long_name), fmt::format("{} in the list", long_name)},
      {list_of_lines(65), "a list of 65"},
  };
  for (const auto* key : {"server.leds", "client.buttons"}) {
    for (const auto& [value, culprit] : cases) {
      const auto [in_file, in_argument] = complaints_about(key, value);
      CHECK(in_file.starts_with(
          fmt::format("ledactor.{}: {} is not allowed; allowed: {}", key, culprit, lines_words)));
      CHECK_EQ(in_file.ends_with(line_name_words), culprit.ends_with("\" in the list"));
      CHECK(in_argument.starts_with(fmt::format("--ledactor.{}: ", key)));
      CHECK(test::contains(in_argument, lines_words));
    }
    CHECK_EQ(complaint_in_file(key, list_of_lines(64)), "");
    CHECK_EQ(complaint_in_file(key, R"([0, 1023, "x", "P8_25 [mmc1_dat0]"])"), "");
  }
}

SCENARIO("a bad control line is refused") {
  const auto long_name = fmt::format("\"{}\"", std::string(32, 'x'));
  const std::vector<std::pair<std::string, std::string_view>> cases{
      {"-1", ""},
      {"1024", ""},
      {R"("")", line_name_words},
      {R"("17")", "; write it without quotes"},
      {R"("1700")", line_name_words},
      {long_name, line_name_words},
  };
  for (const auto& [value, advice] : cases) {
    CHECK_EQ(complaint_in_file("server.control", value),
             fmt::format("ledactor.server.control: {} is not allowed; allowed: {} such as "
                         "\"GPIO17\"{}",
                         value, line_words, advice));
  }
}

SCENARIO("a range of lines is not stored number by number") {
  const auto [in_file, in_argument] = complaints_about("server.leds", "[1..9999999999]");
  CHECK(in_file.ends_with("a range, 1..9999999999, is not known here"));
  CHECK(test::contains(in_argument, lines_words));
}

SCENARIO("a deeply nested argument is not parsed") {
  const auto deep = "--ledactor.server.leds=" + std::string(100'000, '[');
  CHECK(test::contains(test::complaint_about_arguments({deep}), lines_words));
}
