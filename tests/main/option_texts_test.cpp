#define CAF_SUITE option_texts

#include "main/command_line.hpp"
#include "main/options.hpp"
#include "tests/main/complaint.hpp"

#include <caf/test/bdd_dsl.hpp>
#include <fmt/format.h>

using namespace ledactor;

// The options whose value is a text: names, addresses and hosts.

namespace {

constexpr std::string_view name_advice =
    "is not allowed; allowed: 1 to 63 printable ASCII characters, no blank at either end";

/// The complaint about a file that sets this key to a text.
std::string complaint_about_text(std::string_view key, std::string_view text) {
  CAF_MESSAGE(fmt::format("{} = \"{}\"", key, printable(text)));
  return test::complaint_about_file(test::file_with(key, fmt::format("\"{}\"", text)));
}

}  // namespace

SCENARIO("a bad name is refused in a file") {
  for (const auto& name :
       {std::string{}, std::string{" "}, std::string{" desk"}, std::string{"desk "},
        std::string{R"(a\tb)"}, std::string{R"(a\nb)"}, std::string{"\x1b[2J"}, std::string{"\x7f"},
        std::string{"caf\xc3\xa9"}, std::string(64, 'x')}) {
    const auto complaint = complaint_about_text("ledactor.name", name);
    CHECK(complaint.starts_with("ledactor.name: \""));
    CHECK(complaint.ends_with(name_advice));
  }
}

SCENARIO("a bad name is refused on the command line") {
  for (const auto& name :
       {std::string{}, std::string{" desk"}, std::string{"a\tb"}, std::string{"a\nb"},
        std::string{"\x1b[2J"}, std::string(64, 'x'), std::string(100'000, 'x')}) {
    CAF_MESSAGE(printable(name));
    const auto complaint = test::complaint_about_arguments({"--board=sim", "--name=" + name});
    CHECK(complaint.starts_with("--name: \""));
    CHECK(complaint.ends_with(name_advice));
  }
}

SCENARIO("a good name is taken as it is") {
  for (const auto& name :
       {std::string{"x"}, std::string{"left desk"}, std::string(63, 'x'), std::string{R"("\)"}}) {
    CAF_MESSAGE(name);
    const auto parsed = parse_command_line({"--name=" + name});
    REQUIRE(std::holds_alternative<command_line>(parsed));
    const auto& settings = std::get<command_line>(parsed).overrides;
    CHECK_EQ(caf::get<std::string>(settings, "ledactor.name"), name);
  }
}

SCENARIO("a server listens on addresses only") {
  for (const auto* address : {"", "localhost", "example.org", "256.0.0.1", "::1::", " 127.0.0.1",
                              "fe80::1%", "fe80::1%a b", "::1%eth0"}) {
    const auto complaint =
        fmt::format("\"{}\" is not allowed; allowed: an IPv4 or IPv6 address", address);
    CHECK_EQ(complaint_about_text("ledactor.server.listen", address),
             "ledactor.server.listen: " + complaint);
    CHECK_EQ(test::complaint_about_arguments({fmt::format("--listen={}", address)}),
             "--listen: " + complaint);
  }
  for (const auto* address : {"127.0.0.1", "0.0.0.0", "::", "2001:db8::1", "fe80::1%nowhere0"}) {
    CHECK_EQ(complaint_about_text("ledactor.server.listen", address), "");
  }
}

SCENARIO("a client dials names and addresses only") {
  for (const auto& host :
       {std::string{}, std::string{" "}, std::string{"a b"}, std::string{"http://desk"},
        std::string{R"(desk\n)"}, std::string{"b\xc3\xbcro"}, std::string(254, 'x'),
        std::string{":"}, std::string{"desk:"}, std::string{":-1"}, std::string{"1:2:3:23870"},
        std::string{"::1%eth0"}, std::string{"desk%eth0"}}) {
    const auto complaint = complaint_about_text("ledactor.client.host", host);
    CHECK(complaint.starts_with("ledactor.client.host: \""));
    CHECK(complaint.ends_with("is not allowed; allowed: a host name or an address"));
  }
  for (const auto& host : {std::string{"desk.example"}, std::string{"192.168.0.2"},
                           std::string{"fe80::1%eth0"}, std::string(253, 'x')}) {
    CHECK_EQ(complaint_about_text("ledactor.client.host", host), "");
  }
}

SCENARIO("a port beside a host is refused, with where it goes") {
  for (const auto* host : {"192.168.0.2:23870", "desk:23870", "left-desk.local:1", "[::1]:23870",
                           "[fe80::1%eth0]:80"}) {
    const auto complaint = fmt::format(
        "\"{}\" is not allowed; allowed: a host name or an address; no host name has a "
        "colon, and the port goes into ledactor.client.port, or --port",
        host);
    CHECK_EQ(complaint_about_text("ledactor.client.host", host),
             "ledactor.client.host: " + complaint);
    CHECK_EQ(test::complaint_about_arguments({fmt::format("--host={}", host)}),
             "--host: " + complaint);
  }
  CHECK(complaint_about_text("ledactor.server.listen", "0.0.0.0:80")
            .ends_with("; the port goes into ledactor.server.port, or --port"));
  CHECK(complaint_about_text("ledactor.web.listen", "[::]:80")
            .ends_with("; the port goes into ledactor.web.port"));
}

SCENARIO("an IPv6 address stands without brackets") {
  for (const auto* key :
       {"ledactor.client.host", "ledactor.server.listen", "ledactor.web.listen"}) {
    CHECK(complaint_about_text(key, "[::1]").ends_with("; write it without brackets"));
    for (const auto* address : {"::1", "2001:db8::1", "::ffff:127.0.0.1", "fe80::1%nowhere0"}) {
      CHECK_EQ(complaint_about_text(key, address), "");
    }
  }
}
