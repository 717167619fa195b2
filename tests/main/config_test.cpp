#define CAF_SUITE config

#include "main/config.hpp"

#include "main/config_file.hpp"
#include "main/options.hpp"
#include "tests/main/complaint.hpp"

#include <caf/test/bdd_dsl.hpp>
#include <fmt/format.h>

using namespace ledactor;

namespace {

using changes = std::vector<std::pair<std::string, std::string>>;

/// The configuration of a simulated board, with these keys as they stand on a command line.
caf::settings defaults_with(const changes& changed) {
  caf::settings settings;
  caf::put(settings, "ledactor.board.backend", "sim");
  for (const auto& [key, text] : changed) {
    CAF_MESSAGE(fmt::format("{} = {}", key, text));
    const auto& o = *find_option(key);
    const auto value = parse_option(o, text);
    REQUIRE(!complaint_about(o, value));
    caf::put(settings, "ledactor." + key, value);
  }
  fill_in_defaults(settings);
  return settings;
}

/// What is wrong with these keys together; empty if nothing is.
std::string fault_of(const changes& changed) {
  return test::checked(find_fault(read_config(defaults_with(changed))));
}

std::string list(const std::vector<hw::line_id>& lines) {
  std::string text;
  for (const auto& line : lines) {
    text += (text.empty() ? "" : " ") + hw::to_string(line);
  }
  return text;
}

struct line_used_twice {
  std::string_view leds;
  std::string_view buttons;
  std::string_view control;
  std::string_view where;  ///< the key that takes the line again
  int line;
  std::string_view taken;  ///< the key that has it; empty: the same list
};

constexpr line_used_twice lines_used_twice[] = {
    {"[17]", "[17]", "5", "buttons", 17, "leds"},
    {"[17]", R"(["GPIO17"])", "5", "buttons", 17, "leds"},
    {R"(["GPIO17"])", "[4, 17]", "5", "buttons", 17, "leds"},
    {"[4, 5, 4]", "[6]", "7", "leds", 4, ""},
    {R"([4, "GPIO4"])", "[6]", "7", "leds", 4, ""},
    {"[4]", "[6, 6]", "7", "buttons", 6, ""},
    {"[4]", "[6]", "4", "control", 4, "leds"},
    {"[4]", "[6]", R"("GPIO6")", "control", 6, "buttons"},
};

constexpr std::string_view needs_key =
    "is beyond this machine, and there is no key to encrypt the link with; make one with `ledactor "
    "keygen FILE`, copy it to the other board, and set key-file on both; or set plaintext = true "
    "if you trust the cable";

constexpr std::string_view needs_plaintext =
    "is beyond this machine, and the original's wire cannot be encrypted, with a key or without; "
    "set plaintext = true if you trust the cable, or wire = \"native\"";

}  // namespace

SCENARIO("the defaults make a configuration") {
  const auto c = read_config(defaults_with({}));
  CHECK(c.role == board_role::server);
  CHECK_EQ(c.port, 23870);
  CHECK_EQ(list(c.gpio.leds), "4 17 27 22");
  CHECK_EQ(list(c.gpio.buttons), "23 24 25 13");
  CHECK_EQ(list({c.gpio.control}), "26");
  CHECK(c.gpio.active_low);
  CHECK(c.gpio.bias == hw::input_bias::pull_up);
  CHECK_EQ(c.debounce, std::chrono::milliseconds{5});
  CHECK_EQ(c.gpio.debounce.count(), 0);
}

SCENARIO("a client has the client's lines and port") {
  const auto c = read_config(
      defaults_with({{"role", "client"}, {"client.host", "127.0.0.1"}, {"client.port", "4000"}}));
  CHECK_EQ(list(c.gpio.leds), "23 24 25 13");
  CHECK_EQ(c.port, 4000);
}

SCENARIO("a simulated board is never chosen silently") {
  caf::settings settings;
  fill_in_defaults(settings);
  CHECK(!read_config(settings).simulated);
}

SCENARIO("lines are offsets or names, in the order of the list") {
  const auto c = read_config(defaults_with({{"server.leds", "[3, \"GPIO17\", 2]"}}));
  CHECK_EQ(list(c.gpio.leds), "3 \"GPIO17\" 2");
}

SCENARIO("either the actors debounce or the kernel does") {
  const auto c = read_config(defaults_with(
      {{"board.backend", "gpiod"}, {"board.debounce-by", "kernel"}, {"board.debounce", "20ms"}}));
  CHECK_EQ(c.debounce.count(), 0);
  CHECK_EQ(c.gpio.debounce, std::chrono::milliseconds{20});
  const auto simulated =
      read_config(defaults_with({{"board.debounce-by", "kernel"}, {"board.debounce", "20ms"}}));
  CHECK_EQ(simulated.debounce, std::chrono::milliseconds{20});
}

SCENARIO("a line that is used twice is refused, with its first user") {
  for (const std::string role : {"server", "client"}) {
    for (const auto& [leds, buttons, control, where, line, taken] : lines_used_twice) {
      const auto user =
          taken.empty() ? "the same list" : fmt::format("ledactor.{}.{}", role, taken);
      CHECK_EQ(fault_of({{"role", role},
                         {"client.host", "::1"},
                         {role + ".leds", std::string{leds}},
                         {role + ".buttons", std::string{buttons}},
                         {role + ".control", std::string{control}}}),
               fmt::format("ledactor.{}.{}: line GPIO{} is taken already, by {}; each LED and "
                           "button needs a line of its own",
                           role, where, line, user));
    }
  }
}

SCENARIO("the other role may use the same lines") {
  CHECK_EQ(fault_of({{"server.leds", "[1]"},
                     {"server.buttons", "[2]"},
                     {"client.leds", "[2]"},
                     {"client.buttons", "[1]"}}),
           "");
}

SCENARIO("whether 17 and \"GPIO17\" are one line, a real chip tells") {
  CHECK_EQ(fault_of({{"board.backend", "gpiod"}, {"server.control", "\"GPIO4\""}}), "");
  CHECK(fault_of({{"board.backend", "gpiod"}, {"server.control", "4"}})
            .starts_with("ledactor.server.control: line 4 is taken already"));
}

SCENARIO("a chip's request holds 64 lines, the control button's among them") {
  std::string list = "[";
  for (int line = 100; line < 164; ++line) {
    list += std::to_string(line) + (line < 163 ? ", " : "]");
  }
  CHECK_EQ(fault_of({{"server.buttons", list}}), "");
  CHECK_EQ(fault_of({{"board.backend", "gpiod"}, {"server.buttons", list}}),
           "ledactor.server.buttons: a list of 64 is not allowed on a GPIO chip; allowed: at most "
           "63, since the kernel gives at most 64 lines at once (GPIO_V2_LINES_MAX), and the "
           "control button's is one of them");
  list.replace(list.rfind(','), std::string::npos, "]");
  CHECK_EQ(fault_of({{"board.backend", "gpiod"}, {"server.buttons", list}}), "");
}

SCENARIO("times that do not go together are refused") {
  CHECK_EQ(fault_of({{"link.heartbeat", "2s"}}),
           "ledactor.link.dead-after: 3s is not allowed; allowed: at least twice "
           "ledactor.link.heartbeat, 4s");
  CHECK_EQ(fault_of({{"link.heartbeat", "50ms"}, {"link.dead-after", "99ms"}}),
           "ledactor.link.dead-after: 99ms is not allowed; allowed: at least twice "
           "ledactor.link.heartbeat, 100ms");
  CHECK(fault_of({{"link.dead-after", "1999ms"}}).starts_with("ledactor.link.dead-after"));
  CHECK_EQ(fault_of({{"link.reconnect-min", "6s"}}),
           "ledactor.link.reconnect-max: 5s is not allowed; allowed: at least "
           "ledactor.link.reconnect-min, 6s");
  CHECK_EQ(fault_of({{"link.reconnect-max", "249ms"}}),
           "ledactor.link.reconnect-max: 249ms is not allowed; allowed: at least "
           "ledactor.link.reconnect-min, 250ms");
}

SCENARIO("times that just go together are taken") {
  CHECK_EQ(fault_of({{"link.heartbeat", "50ms"},
                     {"link.dead-after", "100ms"},
                     {"link.reconnect-min", "100ms"},
                     {"link.reconnect-max", "100ms"}}),
           "");
}

SCENARIO("a server beyond loopback is refused without a key") {
  for (const std::string address : {"0.0.0.0", "192.0.2.1", "::", "2001:db8::1", "128.0.0.1"}) {
    CHECK_EQ(fault_of({{"server.listen", address}}),
             fmt::format("ledactor.server.listen: '{}' {}", address, needs_key));
    CHECK_EQ(fault_of({{"server.listen", address}, {"plaintext", "true"}}), "");
    CHECK_EQ(fault_of({{"server.listen", address}, {"key-file", "key"}}), "");
  }
  CHECK_EQ(fault_of({{"server.listen", "fe80::1%nowhere0"}, {"plaintext", "true"}}), "");
}

SCENARIO("a client beyond loopback is refused without a key") {
  for (const std::string host :
       {"192.168.0.2", "desk.example", "2001:db8::1", "localhost.example"}) {
    CHECK_EQ(fault_of({{"role", "client"}, {"client.host", host}}),
             fmt::format("ledactor.client.host: '{}' {}", host, needs_key));
    CHECK_EQ(fault_of({{"role", "client"}, {"client.host", host}, {"plaintext", "true"}}), "");
    CHECK_EQ(fault_of({{"role", "client"}, {"client.host", host}, {"key-file", "key"}}), "");
  }
}

SCENARIO("the default host of a client is beyond loopback") {
  CHECK_EQ(fault_of({{"role", "client"}}),
           fmt::format("ledactor.client.host: '192.168.0.2' {}", needs_key));
}

SCENARIO("loopback needs no permission") {
  for (const std::string address : {"127.0.0.1", "127.1.2.3", "::1"}) {
    CHECK_EQ(fault_of({{"server.listen", address}}), "");
    CHECK_EQ(fault_of({{"role", "client"}, {"client.host", address}}), "");
  }
}

SCENARIO("the address of the other role does not matter") {
  CHECK_EQ(fault_of({{"client.host", "192.0.2.1"}}), "");
  CHECK_EQ(fault_of({{"role", "client"}, {"client.host", "::1"}, {"server.listen", "0.0.0.0"}}),
           "");
}

SCENARIO("the original's wire leaves this machine only in plaintext, even with a key") {
  for (const std::string wire : {"ece387", "any"}) {
    changes changed{{"server.listen", "0.0.0.0"}, {"key-file", "key"}, {"link.wire", wire}};
    CHECK_EQ(fault_of(changed),
             fmt::format("ledactor.server.listen: '0.0.0.0' {}", needs_plaintext));
    changed.emplace_back("plaintext", "true");
    CHECK_EQ(fault_of(changed), "");
    CHECK(goes_out_in_clear(read_config(defaults_with(changed))));
  }
  CHECK_EQ(fault_of({{"role", "client"}, {"key-file", "key"}, {"link.wire", "ece387"}}),
           fmt::format("ledactor.client.host: '192.168.0.2' {}", needs_plaintext));
}

SCENARIO("a client speaks one wire") {
  CHECK_EQ(fault_of({{"role", "client"}, {"client.host", "127.0.0.1"}, {"link.wire", "any"}}),
           "ledactor.link.wire: \"any\" is not allowed; allowed for a client: native, ece387");
}

SCENARIO("the page needs a port of its own") {
  CHECK_EQ(fault_of({{"server.port", "23880"}}),
           "ledactor.web.port: 23880 is ledactor.server.port already; choose another port for one "
           "of them");
  CHECK_EQ(fault_of({{"server.port", "23880"}, {"web.enabled", "false"}}), "");
  CHECK_EQ(fault_of({{"server.port", "23880"}, {"web.port", "23881"}}), "");
  const changes client{{"role", "client"}, {"client.host", "::1"}, {"client.port", "23881"}};
  CHECK_EQ(fault_of(client), "");  // it dials that port, and listens on none
}

SCENARIO("the page beyond loopback needs a token") {
  CHECK(fault_of({{"web.listen", "0.0.0.0"}})
            .starts_with("ledactor.web.listen: '0.0.0.0' is beyond this machine"));
  CHECK_EQ(fault_of({{"web.listen", "0.0.0.0"}, {"web.token-file", "token"}}), "");
  CHECK_EQ(fault_of({{"web.listen", "0.0.0.0"}, {"web.enabled", "false"}}), "");
}
