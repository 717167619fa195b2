#define CAF_SUITE config_file

#include "main/config_file.hpp"

#include "main/config.hpp"
#include "main/options.hpp"
#include "tests/main/complaint.hpp"
#include "tests/temp_folder.hpp"

#include <caf/test/bdd_dsl.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <tuple>
#include <vector>

using namespace ledactor;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

/// The settings of a good text.
caf::settings settings_of(std::string_view text) {
  CAF_MESSAGE(printable(text));
  auto parsed = parse_config(std::string{text});
  REQUIRE(std::holds_alternative<caf::settings>(parsed));
  return std::get<caf::settings>(std::move(parsed));
}

/// The complaint about a text, which is long or holds control characters.
std::string complaint_about_raw(std::string_view text) {
  CAF_MESSAGE(printable(text));
  return test::complaint_about_file(std::string{text});
}

/// The text, as often as that.
std::string repeat(std::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) {
    all += text;
  }
  return all;
}

/// Runs in a folder of its own, as the program does.
struct file_fixture {
  file_fixture() { std::filesystem::current_path(folder.path()); }
  ~file_fixture() { std::filesystem::current_path(before); }

  static void write(const std::string& name, std::string_view text) {
    std::ofstream{name, std::ios::binary} << text;
  }

  static caf::settings read(const std::optional<std::string>& name) {
    auto result = read_config_file(name);
    REQUIRE(std::holds_alternative<caf::settings>(result));
    return std::get<caf::settings>(std::move(result));
  }

  /// The complaint about a file, whose exit status is that of a bad configuration.
  static std::string complaint(const std::optional<std::string>& name) {
    const auto result = read_config_file(name);
    REQUIRE(std::holds_alternative<failure>(result));
    const auto& [status, text] = std::get<failure>(result);
    CHECK_EQ(status, exit_config);
    return test::checked(text);
  }

  std::filesystem::path before = std::filesystem::current_path();
  test::temp_folder folder;
};

constexpr std::size_t max_size = 1'048'576;

struct unknown_name_case {
  std::string_view text;
  std::string_view unknown;
  std::string_view nearest;  ///< told after that
};

constexpr unknown_name_case unknown_names[] = {
    {R"(ledactor { rol = "server" })", "key 'ledactor.rol'", "'ledactor.role'"},
    {"ledactor { link { hartbeat = 1s } }", "key 'ledactor.link.hartbeat'",
     "'ledactor.link.heartbeat'"},
    {"ledactor { link { heratbeat = 1s } }", "key 'ledactor.link.heratbeat'",
     "'ledactor.link.heartbeat'"},
    {"ledactor { heartbeat = 1s }", "key 'ledactor.heartbeat'", "'ledactor.link.heartbeat'"},
    {"ledactor { link { debounce = 1ms } }", "key 'ledactor.link.debounce'",
     "'ledactor.board.debounce'"},
    {"ledactor { server { Port = 1 } }", "key 'ledactor.server.Port'", "'ledactor.server.port'"},
    {"ledactor { lnk { heartbeat = 1s } }", "section 'ledactor.lnk'", "'ledactor.link'"},
    {"ledactor { sever { } }", "section 'ledactor.sever'", "'ledactor.server'"},
    {"ledactor { server { leds { } } }", "ledactor.server.leds: a section", "list of 1 to 64"},
    {"ledactr { role = 1 }", "section 'ledactr'", "'ledactor'"},
    {"spam { role = 1 }", "section 'spam'", "known: the sections ledactor and caf"},
    {"spam = 1", "key 'spam'", "known: the sections ledactor and caf"},
    {"server { port = 1 }", "section 'server'", "as ledactor.server"},
    {R"(role = "server")", "key 'role'", "known: the sections ledactor and caf"},
    {R"(ledactor { "ro\nle" = 1 })", R"(key 'ledactor.ro\x0ale')", "'ledactor.role'"},
};

struct syntax_error_case {
  std::string_view text;
  int line;
  int column;
  std::string_view what;  ///< how the words begin
};

constexpr syntax_error_case syntax_errors[] = {
    {"ledactor { role = server }", 1, 19, "unexpected 's'; a text is written in quotes"},
    {"ledactor {\n  role =\n}\n", 2, 9, "a value is missing"},
    {"ledactor {\n  role\n}\n", 2, 7, "the line ends too early"},
    {"ledactor {\n  role = \"server\n}\n", 2, 17, "the line ends too early"},
    {"# a comment\n\nledactor { role = \"a\\xb\" }", 3, 22, "invalid escape sequence"},
    {"ledactor {\n} }\n", 2, 3, "unexpected '}'"},
    {"}", 1, 1, "unexpected '}'"},
    {"ledactor { ro\x1ble = 1 }", 1, 14, R"(unexpected '\x1b')"},
    {"ledactor { server { leds = [1, 2 } }", 1, 34, "unexpected '}'"},
    {"ledactor { server { port = 1x } }", 1, 29, "unexpected 'x'"},
    {"ledactor.role = 1", 1, 1, "the key 'ledactor.role' has dots"},
    {"ledactor {\n  server.port = 1\n}\n", 2, 3, "the key 'server.port' has dots"},
    {"ledactor { }\n\0"sv, 2, 1, "a NUL byte; allowed: text"},
    {"# \0\nledactor { }"sv, 1, 3, "a NUL byte; allowed: text"},
    {"ledactor { name = \"a\0\" }"sv, 1, 21, "a NUL byte; allowed: text"},
};

}  // namespace

SCENARIO("an unknown name is refused, with the nearest that is known") {
  for (const auto& [text, unknown, nearest] : unknown_names) {
    const auto complaint = complaint_about_raw(text);
    const auto at = complaint.find(unknown);
    REQUIRE(at != std::string::npos);
    CHECK(test::contains(complaint.substr(at + unknown.size()), nearest));
  }
  const auto complaint = complaint_about_raw("ledactor { " + std::string(10'000, 'x') + " = 1 }");
  CHECK(complaint.starts_with("unknown key 'ledactor.xxx"));
  CHECK(test::contains(complaint, "the nearest is"));
}

SCENARIO("one bad key among good ones is found") {
  CHECK_EQ(complaint_about_raw("ledactor {\n  role = \"server\"\n  nmae = \"a\"\n}\n"),
           "unknown key 'ledactor.nmae'; the nearest is 'ledactor.name'; see ledactor --help");
}

SCENARIO("a value where a section belongs is refused") {
  for (const auto* section : {"server", "client", "board", "web", "link"}) {
    CHECK_EQ(
        complaint_about_raw(fmt::format("ledactor {{ {} = 5 }}", section)),
        fmt::format("ledactor.{0}: 5 is not allowed; allowed: a section, {0} {{ ... }}", section));
  }
  for (const auto* section : {"ledactor", "caf"}) {
    CHECK_EQ(complaint_about_raw(fmt::format("{} = \"x\"", section)),
             fmt::format("{0}: \"x\" is not allowed; allowed: a section, {0} {{ ... }}", section));
  }
}

SCENARIO("a section where a value belongs is refused") {
  for (const auto* key : {"role", "server.port", "server.leds", "link.heartbeat", "plaintext"}) {
    const auto name = fmt::format("ledactor.{}", key);
    CHECK_EQ(
        complaint_about_raw(test::file_with(name, "{ a = 1 }")),
        fmt::format("{}: a section is not allowed; allowed: {}", name, find_option(key)->allowed));
  }
}

SCENARIO("a syntax error is told with its line and column") {
  for (const auto& [text, line, column, what] : syntax_errors) {
    CHECK(complaint_about_raw(text).starts_with(
        fmt::format("line {}, column {}: {}", line, column, what)));
  }
}

// CAF's own call takes such a file, and forgets the section that has no end.
SCENARIO("a file that ends too early is refused, at its end") {
  for (const auto* text :
       {"ledactor", "ledactor {", "ledactor { # and no more", "ledactor {\n",
        "ledactor { role = \"client\"", "ledactor {\n  role = \"client\"\n",
        "ledactor { server {\n} ", "ledactor { role =", "ledactor { role = \"cli",
        "ledactor { server { leds = [1, 2", "{ ledactor { }"}) {
    const auto complaint = complaint_about_raw(text);
    CHECK(complaint.starts_with("line "));
    CHECK(complaint.ends_with(
        ": the file ends too early; a brace, bracket, quote or value is missing"));
  }
}

SCENARIO("a key that is given twice is refused, with both lines") {
  const std::vector<std::tuple<std::string_view, std::string_view, int, int>> cases{
      {"ledactor {\n  role = \"server\"\n  # again\n  role = \"client\"\n}", "ledactor.role", 2, 4},
      {"ledactor { name = \"a\"\n name = \"a\" }", "ledactor.name", 1, 2},
      {"ledactor {\n server { leds = [1,\n 2]\n leds = [3] } }", "ledactor.server.leds", 2, 4},
      {"ledactor { server { port = 1 } }\n\nledactor { server { port = 2 } }",
       "ledactor.server.port", 1, 3},
      {"ledactor {\r\n  plaintext = true\r\n  plaintext = false\r\n}", "ledactor.plaintext", 2, 3},
      {"ledactor { link { heartbeat = 1s\nheartbeat = 2s\nheartbeat = 3s } }",
       "ledactor.link.heartbeat", 1, 2},
      {"ledactor { \"server.port\" = 1\nserver { port = 2 } }", "ledactor.server.port", 1, 2},
      {"ledactor { link = 1\nlink { heartbeat = 1s } }", "ledactor.link", 1, 2},
      {"ledactor { link { heartbeat = 1s }\nlink = 1 }", "ledactor.link", 1, 2},
      {"{\n caf { scheduler { max-threads = 1\n max-threads = 2 } } }", "caf.scheduler.max-threads",
       2, 3},
  };
  for (const auto& [text, key, first, second] : cases) {
    CHECK_EQ(complaint_about_raw(text),
             fmt::format("{} is given twice, in line {} and in line {}; keep one of them", key,
                         first, second));
  }
  CHECK_EQ(complaint_about_raw("ledactor { name = \"a\", name = \"b\" }"),
           "ledactor.name is given twice, in line 1; keep one of them");
}

SCENARIO("a section that is opened again goes on") {
  CHECK_EQ(to_file_text(settings_of("ledactor { server { port = 1 }, name = \"x\" }\n"
                                    "ledactor { server { seats = 2 }, client { port = 3 } }")),
           "ledactor {\n  client {\n    port = 3\n  }\n  name = \"x\"\n  server {\n    port = 1\n"
           "    seats = 2\n  }\n}\n");
}

SCENARIO("a file without settings is the same as none") {
  caf::settings defaults;
  fill_in_defaults(defaults);
  for (const auto* text :
       {"", "\n", "# nothing\n", "ledactor { }", "ledactor { server { } }\ncaf { }\n"}) {
    auto settings = settings_of(text);
    fill_in_defaults(settings);
    CHECK_EQ(to_file_text(settings), to_file_text(defaults));
  }
}

SCENARIO("binary garbage is refused") {
  std::string all_bytes;
  for (int byte = 0; byte < 256; ++byte) {
    all_bytes += static_cast<char>(byte);
  }
  for (const auto& text : {std::string(100, '\0'),
                           "\x7f"
                           "ELF\x02\x01\x01"s,
                           all_bytes, "\xff\xfel\0e\0"s, "PK\x03\x04"s}) {
    CHECK(complaint_about_raw(text).starts_with("line 1, column "));
  }
}

SCENARIO("brackets without end are refused before the parser recurses into them") {
  for (const auto* sign : {"[", "{", "a{", "ledactor { server { leds = [["}) {
    CHECK(complaint_about_raw(repeat(sign, 30'000)).ends_with(" is nested more than 16 deep"));
  }
}

SCENARIO("several settings on a line need no commas") {
  const auto text = to_file_text(settings_of(
      R"(ledactor { role = "client"  link { heartbeat = 2s  dead-after = 9s } name = "a = b" })"));
  for (const auto* line :
       {R"(role = "client")", "heartbeat = 2s", "dead-after = 9s", R"(name = "a = b")"}) {
    CAF_MESSAGE(line);
    CHECK(test::contains(text, line));
  }
}

SCENARIO("the line ends and the byte order mark of other editors are taken") {
  for (const auto* text : {"ledactor {\r\n  role = \"client\"\r\n}\r\n",
                           "\xef\xbb\xbfledactor { role = \"client\" }"}) {
    CHECK_EQ(caf::get<std::string>(settings_of(text), "ledactor.role"), "client");
  }
}

SCENARIO("settings that are laid over others replace their keys alone") {
  auto settings = settings_of("ledactor { link { heartbeat = 2s, dead-after = 9s } }");
  merge(settings, settings_of("ledactor { name = \"x\", link { heartbeat = 1s } }"));
  CHECK_EQ(to_file_text(settings),
           "ledactor {\n  link {\n    dead-after = 9s\n    heartbeat = 1s\n"
           "  }\n  name = \"x\"\n}\n");
}

BEGIN_FIXTURE_SCOPE(file_fixture)

SCENARIO("a file that is named must be there") {
  CHECK_EQ(complaint("absent.conf"), "absent.conf: cannot open it: No such file or directory");
  CHECK_EQ(complaint(""), "--config-file: cannot open it: No such file or directory");
}

SCENARIO("the default file need not be there") {
  CHECK(read(std::nullopt).empty());
}

SCENARIO("the default file is read if no other is named") {
  write(default_config_file, "ledactor { role = \"client\" }");
  write("other.conf", "ledactor { name = \"other\" }");
  CHECK_EQ(to_file_text(read(std::nullopt)), "ledactor {\n  role = \"client\"\n}\n");
  CHECK_EQ(to_file_text(read("other.conf")), "ledactor {\n  name = \"other\"\n}\n");
}

SCENARIO("a fault is told with the file's name") {
  write(default_config_file, "}");
  CHECK_EQ(complaint(std::nullopt), "caf-application.conf: line 1, column 1: unexpected '}'");
  write("a\nb", "spam = 1");
  CHECK_EQ(complaint("a\nb"),
           R"(a\x0ab: unknown key 'spam'; known: the sections ledactor and caf)");
}

SCENARIO("a folder is no file") {
  std::filesystem::create_directory("folder");
  CHECK_EQ(complaint("folder"), "folder: cannot read it: Is a directory");
  std::filesystem::create_directory(default_config_file);
  CHECK_EQ(complaint(std::nullopt), "caf-application.conf: cannot read it: Is a directory");
}

SCENARIO("a file of 1 MiB is read, and a larger one is refused") {
  const auto text = "ledactor { name = \"big\" }\n"s;
  write(default_config_file, text + std::string(max_size - text.size(), '#'));
  CHECK_EQ(caf::get<std::string>(read(std::nullopt), "ledactor.name"), "big");
  write(default_config_file, std::string(max_size + 1, '#'));
  CHECK_EQ(complaint(std::nullopt),
           "caf-application.conf: is larger than 1 MiB, which no configuration is");
  CHECK_EQ(complaint("/dev/zero"), "/dev/zero: is larger than 1 MiB, which no configuration is");
}

END_FIXTURE_SCOPE()
