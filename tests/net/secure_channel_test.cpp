#define CAF_SUITE secure_channel

#include "net/secure_channel.hpp"

#include "tests/net/flight.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <algorithm>
#include <array>
#include <string>

using namespace ledactor::net;
using namespace ledactor::net::test;

namespace {

using bytes = std::vector<std::uint8_t>;
using state = secure_channel::state;

/// Keys of one repeated byte each.
shared_keys keys(std::initializer_list<std::uint8_t> which) {
  auto ring = std::make_shared<key_ring>();
  for (const auto byte : which) {
    std::array<std::uint8_t, key_size> all{};
    all.fill(byte);
    ring->emplace_back(all);
  }
  return ring;
}

bytes to_bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

struct two_ends {
  two_ends(const shared_keys& clients, const shared_keys& servers)
      : client(true, clients), server(false, servers) {
    client_state = client.receive({});
    for (int round = 0; round < 4; ++round) {
      carry(client, server, server_state);
      carry(server, client, client_state);
    }
  }

  static void carry(secure_channel& from, secure_channel& to, state& result) {
    if (const auto sent = flight_of(from); !sent.empty()) {
      result = to.receive(sent);
    }
  }

  secure_channel client;
  secure_channel server;
  state client_state = state::shaking_hands;
  state server_state = state::shaking_hands;
};

bytes heard(const secure_channel& channel) {
  return {channel.received().begin(), channel.received().end()};
}

}  // namespace

SCENARIO("who hold the same key can talk, and nobody reads along") {
  two_ends link{keys({1}), keys({1})};
  CHECK(link.client_state == state::open);
  CHECK(link.server_state == state::open);
  const auto message = to_bytes("hold button 1, please");
  link.client.send(message);
  const auto sent = flight_of(link.client);
  CHECK(std::search(sent.begin(), sent.end(), message.begin(), message.end()) == sent.end());
  CHECK(link.server.receive(sent) == state::open);
  CHECK(heard(link.server) == message);
  link.server.send(to_bytes("yes"));
  CHECK(link.client.receive(flight_of(link.server)) == state::open);
  CHECK(heard(link.client) == to_bytes("yes"));
}

SCENARIO("both sides know which key it is") {
  two_ends link{keys({1}), keys({2, 1})};
  CHECK(link.server_state == state::open);
  CHECK_EQ(link.server.fingerprint(), keys({1})->front().fingerprint());
  CHECK_EQ(link.client.fingerprint(), link.server.fingerprint());
}

SCENARIO("who hold different keys cannot talk, and both know why") {
  two_ends link{keys({1}), keys({2, 3})};
  CHECK(link.client_state == state::other_key);
  CHECK(link.server_state == state::other_key);
  const auto name = [](std::uint8_t which) {
    return keys({which})->front().fingerprint();
  };
  CHECK_EQ(link.client.failure(), "it does not take our key " + name(1));
  CHECK_EQ(link.server.failure(),
           "its key " + name(1) + " is none of ours (" + name(2) + ", " + name(3) + ")");
}

SCENARIO("a key's name that is none is not repeated") {
  const auto prefix = to_bytes("ledactor-");
  for (const std::size_t place : {0U, 9U, 13U, 22U}) {  // of the name: in its prefix, and after it
    secure_channel client{true, keys({1})};
    secure_channel server{false, keys({2})};
    client.receive({});
    auto greeting = flight_of(client);
    const auto name = std::search(greeting.begin(), greeting.end(), prefix.begin(), prefix.end());
    REQUIRE(greeting.end() - name > 23);
    name[static_cast<std::ptrdiff_t>(place)] = '\n';
    CHECK(server.receive(greeting) == state::other_key);
    CHECK_EQ(server.failure(),
             "its key is none of ours (" + keys({2})->front().fingerprint() + ")");
  }
}

SCENARIO("a handshake that was changed on its way is no other key") {
  const auto ring = keys({1});
  secure_channel client{true, ring};
  secure_channel server{false, ring};
  client.receive({});
  auto greeting = flight_of(client);
  greeting.back() ^= 1U;  // of the binder
  CHECK(server.receive(greeting) == state::broken);
}

SCENARIO("a client dials with its first key only") {
  two_ends link{keys({1, 2}), keys({2})};
  CHECK(link.server_state == state::other_key);
}

SCENARIO("bytes may come one by one") {
  const auto ring = keys({1});
  secure_channel client{true, ring};
  secure_channel server{false, ring};
  auto client_state = client.receive({});
  auto server_state = state::shaking_hands;
  for (int round = 0; round < 3; ++round) {
    for (const auto byte : flight_of(client)) {
      server_state = server.receive(std::array{byte});
    }
    for (const auto byte : flight_of(server)) {
      client_state = client.receive(std::array{byte});
    }
  }
  CHECK(client_state == state::open);
  CHECK(server_state == state::open);
}

SCENARIO("a flipped bit, a repeated record and a missing one break the channel") {
  for (int fault = 0; fault < 3; ++fault) {
    two_ends link{keys({1}), keys({1})};
    link.client.send(to_bytes("one"));
    auto first = flight_of(link.client);
    link.client.send(to_bytes("two"));
    const auto second = flight_of(link.client);
    if (fault == 0) {
      first.back() ^= 1U;
      CHECK(link.server.receive(first) == state::broken);
    } else if (fault == 1) {
      CHECK(link.server.receive(first) == state::open);
      CHECK(link.server.receive(first) == state::broken);
    } else {
      CHECK(link.server.receive(second) == state::broken);
    }
    CHECK(link.server.received().empty());
    CHECK(!link.server.failure().empty());
  }
}

SCENARIO("what comes with a flipped bit in its record's header is never read") {
  for (std::size_t bit = 0; bit < 40; ++bit) {
    two_ends link{keys({1}), keys({1})};
    link.client.send(to_bytes("one"));
    auto first = flight_of(link.client);
    first.at(bit / 8) ^= static_cast<std::uint8_t>(1U << (bit % 8));
    link.server.receive(first);
    CHECK(link.server.received().empty());
    link.client.send(to_bytes("two"));
    link.server.receive(flight_of(link.client));
    CHECK(link.server.received().empty());
  }
}

SCENARIO("nonsense breaks the handshake, and so does more of it than a handshake has") {
  secure_channel server{false, keys({1})};
  CHECK(server.receive(bytes(100, 0x16)) == state::foreign);
  // A record that claims 16 KiB, and another, and never ends.
  secure_channel patient{false, keys({1})};
  bytes record{22, 3, 1, 0x3f, 0xff, 1, 0, 0x3f, 0xfb};
  record.resize(5 + 0x3fff, 0);
  auto result = patient.receive(record);
  for (int more = 0; more < 2 && result == state::shaking_hands; ++more) {
    result = patient.receive(record);
  }
  CHECK(result == state::foreign);
  CHECK(!patient.failure().empty());
}

SCENARIO("TLS is told from the native wire by its first byte") {
  CHECK(looks_like_tls(bytes{22, 3, 1}));
  CHECK(looks_like_tls(bytes{21, 3, 3}));
  CHECK(!looks_like_tls(bytes{0, 19, 1}));
  CHECK(!looks_like_tls(bytes{'1', '0', '1', '0'}));
  CHECK(!looks_like_tls({}));
}
