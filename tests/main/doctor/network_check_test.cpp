#define CAF_SUITE network_check

#include "main/doctor/network_check.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <cerrno>

using namespace ledactor;
using namespace ledactor::doctor;

namespace {

const network_interface loopback{"lo", true, true, {"127.0.0.1", "::1"}};
const network_interface cable{"eth0", true, true, {"192.168.0.2", "fe80::1%eth0"}};
const network_interface unused{"eth1", true, false, {}};
const network_interface off{"wlan0", false, false, {}};

config server_at(const std::string& address) {
  config c{};
  c.role = board_role::server;
  c.listen = address;
  c.port = 23870;
  return c;
}

config client_of(const std::string& host) {
  config c{};
  c.role = board_role::client;
  c.host = host;
  c.port = 23870;
  return c;
}

path_to_address neighbour(bool answers) {
  return {.address = "192.168.0.2",
          .own_address = "192.168.0.3",
          .interface = "eth0",
          .is_neighbour = true,
          .answers = answers,
          .silence = answers ? "" : "Connection refused"};
}

const network_interface client_cable{"eth0", true, true, {"192.168.0.3"}};

/// Findings as a person would read them.
std::string told(const findings& found) {
  std::string text;
  for (const auto& f : found) {
    text += f.verdict == mark::fault     ? "FAULT "
            : f.verdict == mark::warning ? "warn "
            : f.verdict == mark::note    ? "note "
                                         : "";
    text += f.text + (f.cure.empty() ? "" : " -> " + f.cure) + '\n';
  }
  return text;
}

}  // namespace

SCENARIO("a server whose address is there and free will do") {
  CHECK_EQ(told(check_server(server_at("192.168.0.2"), {loopback, cable}, 0)),
           "192.168.0.2 port 23870 can be listened on\n");
}

SCENARIO("loopback and every address are said to be that") {
  CHECK_EQ(told(check_server(server_at("127.0.0.1"), {loopback}, 0)),
           "127.0.0.1 port 23870 can be listened on\n"
           "note only clients on this machine reach that address\n");
  CHECK_EQ(told(check_server(server_at("0.0.0.0"), {loopback, cable, unused, off}, 0)),
           "0.0.0.0 port 23870 can be listened on\n"
           "note that is every address: lo 127.0.0.1 ::1, eth0 192.168.0.2 fe80::1%eth0, eth1 (no "
           "address)\n");
}

SCENARIO("an address is known however it is spelled") {
  for (const auto* every : {"::", "0:0:0:0:0:0:0:0", "0::0", "::ffff:0.0.0.0"}) {
    CHECK(told(check_server(server_at(every), {loopback}, 0)).find("that is every address")
          != std::string::npos);
  }
  for (const auto* scopeless : {"fe80::1", "FE80:0::1"}) {
    CHECK(told(check_server(server_at(scopeless), {loopback}, 0)).find("is a link-local address")
          != std::string::npos);
  }
  const network_interface pulled{"eth0", true, false, {"2001:db8::1"}};
  CHECK(told(check_server(server_at("2001:DB8:0::1"), {pulled}, 0)).find("eth0 is not connected")
        != std::string::npos);
}

SCENARIO("an address that no interface has is a fault that names those there are") {
  CHECK_EQ(told(check_server(server_at("192.168.0.2"), {loopback, unused}, EADDRNOTAVAIL)),
           "FAULT ledactor.server.listen: no interface has the address 192.168.0.2; there is lo "
           "127.0.0.1 ::1, eth1 (no address) -> give an interface that address (the README's "
           "section on the cable), or listen on one that there is; a run would wait for it\n");
}

SCENARIO("a port that cannot be had is a fault that names it") {
  CHECK(told(check_server(server_at("192.168.0.2"), {cable}, EADDRINUSE))
            .starts_with("FAULT ledactor.server.port: port 23870 of 192.168.0.2 is taken -> "));
  CHECK(told(check_server(server_at("192.168.0.2"), {cable}, EACCES))
            .starts_with("FAULT ledactor.server.port: this user may not listen on port 23870 -> "));
  CHECK(told(check_server(server_at("::2"), {cable}, EINVAL))
            .starts_with("FAULT ledactor.server.listen: ::2 port 23870: Invalid argument -> "));
}

SCENARIO("a cable that is not plugged in is a warning") {
  auto unplugged = cable;
  unplugged.has_carrier = false;
  CHECK_EQ(told(check_server(server_at("192.168.0.2"), {unplugged}, 0)),
           "192.168.0.2 port 23870 can be listened on\n"
           "warn eth0 is not connected -> plug the cable in at both ends, and switch the other "
           "board on\n");
  unplugged.is_up = false;
  CHECK_EQ(told(check_server(server_at("192.168.0.2"), {unplugged}, 0)),
           "192.168.0.2 port 23870 can be listened on\n"
           "warn eth0 is off -> sudo ip link set eth0 up\n");
}

SCENARIO("a client whose server answers will do") {
  CHECK_EQ(
      told(check_client(client_of("192.168.0.2"), {client_cable}, {.ways = {neighbour(true)}})),
      "192.168.0.2 is reached from 192.168.0.3 on eth0\n"
      "192.168.0.2 port 23870 answers\n");
  CHECK(told(check_client(client_of("left-desk"), {client_cable}, {.ways = {neighbour(true)}}))
            .starts_with("left-desk has the address 192.168.0.2\n"));
}

SCENARIO("a server that does not answer is no fault: it may come") {
  CHECK_EQ(
      told(check_client(client_of("192.168.0.2"), {client_cable}, {.ways = {neighbour(false)}})),
      "192.168.0.2 is reached from 192.168.0.3 on eth0\n"
      "note 192.168.0.2 port 23870 does not answer (Connection refused); a client keeps "
      "trying\n");
  auto unplugged = client_cable;
  unplugged.has_carrier = false;
  CHECK(told(check_client(client_of("192.168.0.2"), {unplugged}, {.ways = {neighbour(false)}}))
            .find("warn eth0 is not connected")
        != std::string::npos);
}

SCENARIO("a client without a way to its server is told") {
  const path_to_server path{
      .ways = {{.address = "192.168.0.2", .route_fault = ENETUNREACH, .silence = "no way"}}};
  CHECK_EQ(told(check_client(client_of("192.168.0.2"), {loopback}, path)),
           "FAULT no interface has an address in a network that reaches 192.168.0.2 (Network is "
           "unreachable); there is lo 127.0.0.1 ::1 -> give an interface an address in the network "
           "of 192.168.0.2: see the README's section on the cable\n"
           "note 192.168.0.2 port 23870 does not answer (no way); a client keeps trying\n");
}

SCENARIO("a way through a gateway is good only if the server answers") {
  path_to_server path{.ways = {neighbour(true)}};
  auto& way = path.ways.front();
  way.is_neighbour = false;
  way.own_address = "10.0.0.7";
  way.interface = "wlan0";
  CHECK(told(check_client(client_of("192.168.0.2"), {loopback}, path))
            .starts_with("192.168.0.2 is reached through a gateway, from 10.0.0.7 on wlan0\n"));
  way.answers = false;
  CHECK(
      told(check_client(client_of("192.168.0.2"), {loopback}, path))
          .starts_with("warn 192.168.0.2 is reached through a gateway, from 10.0.0.7 on wlan0; no "
                       "interface has an address in its own network -> if it is at the other end "
                       "of a cable, give an interface an address in the network of 192.168.0.2"));
}

SCENARIO("of a host with several addresses all are looked at, and one that answers will do") {
  auto other = neighbour(false);
  other.address = "fd00::2";
  other.silence = "no answer within a second";
  CHECK_EQ(told(check_client(client_of("left-desk"), {client_cable},
                             {.ways = {other, neighbour(true)}})),
           "left-desk has the addresses fd00::2, 192.168.0.2\n"
           "note fd00::2 port 23870 does not answer (no answer within a second); a client takes "
           "another\n"
           "192.168.0.2 is reached from 192.168.0.3 on eth0\n"
           "192.168.0.2 port 23870 answers\n");
  const auto none = told(
      check_client(client_of("left-desk"), {client_cable}, {.ways = {other, neighbour(false)}}));
  for (const auto* address : {"fd00::2", "192.168.0.2"}) {
    CHECK(none.find(std::string{address} + " is reached from") != std::string::npos);
    CHECK(none.find(std::string{"note "} + address + " port 23870 does not answer")
          != std::string::npos);
  }
}

SCENARIO("a port that this machine gives to others is a warning") {
  const port_range outgoing{32768, 60999};
  auto server = server_at("192.168.0.2");
  CHECK_EQ(told(check_port(server, outgoing)), "");
  for (const std::uint16_t port : {32768, 60999}) {
    server.port = port;
    CHECK(told(check_port(server, outgoing))
              .starts_with("warn ledactor.server.port: " + std::to_string(port) + " is one of"));
  }
  server.port = 61000;
  CHECK_EQ(told(check_port(server, outgoing)), "");
  auto client = client_of("127.0.0.1");
  client.port = 40000;
  CHECK(told(check_port(client, outgoing)).starts_with("warn ledactor.client.port: 40000 is one"));
  client.host = "192.168.0.2";  // what ports that machine gives to others, it knows itself
  CHECK_EQ(told(check_port(client, outgoing)), "");
}

SCENARIO("a host that has no address is a fault") {
  path_to_server path{.resolve_fault = "Name or service not known"};
  CHECK_EQ(told(check_client(client_of("left-desk"), {loopback}, path)),
           "FAULT ledactor.client.host: left-desk has no address: Name or service not known -> "
           "correct the name, or give the server's address instead\n");
}

SCENARIO("a link-local address needs its interface") {
  CHECK_EQ(told(check_server(server_at("fe80::1"), {cable}, EINVAL)),
           "FAULT ledactor.server.listen: fe80::1 is a link-local address, and does not say of "
           "which interface -> add this machine's interface, such as fe80::1%eth0\n");
  const path_to_server path{.ways = {{.address = "fe80::1", .route_fault = EINVAL}}};
  CHECK(told(check_client(client_of("fe80::1"), {cable}, path))
            .starts_with("FAULT ledactor.client.host: fe80::1 is a link-local address"));
  CHECK_EQ(told(check_server(server_at("fe80::1%eth0"), {cable}, 0)),
           "fe80::1%eth0 port 23870 can be listened on\n");
  CHECK(look_for_server("fe80::1", 1).ways.front().route_fault != 0);
}

SCENARIO("this machine's loopback is found, and reached from itself") {
  const auto interfaces = find_interfaces();
  REQUIRE(!interfaces.empty());
  CHECK(describe(interfaces).find("127.0.0.1") != std::string::npos);
  CHECK_EQ(try_to_bind("203.0.113.7", 23870), EADDRNOTAVAIL);
  CHECK_EQ(try_to_bind("fe80::1%nowhere", 23870), EADDRNOTAVAIL);
  CHECK(find_outgoing_ports().has(find_outgoing_ports().last));
  CHECK(find_outgoing_ports().first > 0);
  const auto path = look_for_server("127.0.0.2", 1);
  CHECK_EQ(path.resolve_fault, "");
  REQUIRE_EQ(path.ways.size(), 1u);
  const auto& way = path.ways.front();
  CHECK_EQ(way.address, "127.0.0.2");
  CHECK_EQ(way.route_fault, 0);
  CHECK(way.is_neighbour);
  CHECK(!way.answers);
  CHECK_EQ(way.silence, "Connection refused");
}
