#define CAF_SUITE session_key

#include "net/session.hpp"
#include "tests/net/native_fixture.hpp"

#include <array>
#include <map>
#include <memory>
#include <string>

using namespace ledactor;
using namespace ledactor::net;
using namespace ledactor::net::test;
using namespace std::chrono_literals;

namespace {

/// A session that may have a key, and a peer that may have it, too.
struct key_fixture : native_fixture {
  /// From the next start on the session has a key, and so has the peer.
  void share_a_key() {
    auto ring = std::make_shared<key_ring>();
    ring->emplace_back(std::array<std::uint8_t, key_size>{1});
    config.keys = std::move(ring);
    peer_channel = std::make_unique<secure_channel>(true, config.keys);
  }

  /// Carries bytes between the session and the peer's channel until neither has any.
  /// @returns the frames that the session has said.
  std::vector<frame> carry() {
    frame_reader reader;
    auto from_peer = peer_channel->take_output();
    while (!from_peer.empty() || !mpx.output_buffer(connection).empty()) {
      if (!from_peer.empty()) {
        peer_sends(from_peer);
      }
      auto& out = mpx.output_buffer(connection);
      const std::vector<std::uint8_t> from_session{
          reinterpret_cast<const std::uint8_t*>(out.data()),
          reinterpret_cast<const std::uint8_t*>(out.data()) + out.size()};
      peer_takes_all();
      out.clear();
      channel_state = peer_channel->receive(from_session);
      reader.feed(peer_channel->received());
      from_peer = peer_channel->take_output();
    }
    std::vector<frame> frames;
    while (auto f = reader.next()) {
      frames.push_back(std::move(*f));
    }
    return frames;
  }

  std::vector<frame> peer_says_in_secret(const frame& f) {
    std::vector<std::uint8_t> bytes;
    append_frame(bytes, f);
    peer_channel->send(bytes);
    return carry();
  }

  /// Failed handshakes, of each reason.
  std::map<std::string, std::int64_t> failures() {
    std::map<std::string, std::int64_t> counts{{"key", 0}, {"protocol", 0}, {"tampered", 0}};
    for (auto& [reason, count] : counts) {
      count = sys.metrics()
                  .counter_instance("ledactor", "handshake-failures", {{"reason", reason}}, "", "1",
                                    true)
                  ->value();
    }
    return counts;
  }

  std::unique_ptr<secure_channel> peer_channel;
  secure_channel::state channel_state = secure_channel::state::shaking_hands;
};

using counts = std::map<std::string, std::int64_t>;

const counts no_failures{{"key", 0}, {"protocol", 0}, {"tampered", 0}};
const counts one_key_failure{{"key", 1}, {"protocol", 0}, {"tampered", 0}};

}  // namespace

BEGIN_FIXTURE_SCOPE(key_fixture)

SCENARIO("with a key, frames go through the channel, and nothing is said before it is open") {
  share_a_key();
  start(board_role::server);
  CHECK(said().empty());
  peer_channel->receive({});
  CHECK(carry().empty());
  CHECK(channel_state == secure_channel::state::open);
  const auto answer = peer_says_in_secret(peer_hello(1));
  REQUIRE_EQ(answer.size(), 1U);
  CHECK_EQ(std::get<hello>(answer[0]).name, "here");
  CHECK_EQ(greetings, std::vector<std::string>{"there"});
  self->send(session, seat_atom_v);
  consume_messages();
  CHECK((carry() == std::vector<frame>{seat{}}));
  self->send_exit(session, caf::make_error(errc::kicked));
  consume_messages();
  CHECK((carry() == std::vector<frame>{bye{1, ""}}));
  CHECK_EQ(failures(), no_failures);
}

SCENARIO("a client with a key says hello once the channel is open") {
  share_a_key();
  peer_channel = std::make_unique<secure_channel>(false, config.keys);
  start(board_role::client);
  const auto greeting = carry();
  REQUIRE_EQ(greeting.size(), 1U);
  CHECK_EQ(std::get<hello>(greeting[0]).name, "here");
}

SCENARIO("who has no key is refused by a server that has one, and told in clear") {
  share_a_key();
  start(board_role::server);
  peer_says({peer_hello(1)});
  CHECK((said() == std::vector<frame>{bye{8, "this board wants a key"}}));
  CHECK(greetings.empty());
  pass(farewell_timeout);
  CHECK_EQ(ended(), errc::key);
  CHECK_EQ(failures(), one_key_failure);
}

SCENARIO("who has a key is refused by a server that has none") {
  start(board_role::server);
  peer_sends({0x16, 3, 1, 0, 4, 1, 2, 3, 4});
  CHECK((said() == std::vector<frame>{bye{8, "this board has no key"}}));
  pass(farewell_timeout);
  CHECK_EQ(ended(), errc::key);
  CHECK_EQ(failures(), one_key_failure);
}

SCENARIO("a client with a key believes nothing that comes in clear") {
  share_a_key();
  start(board_role::client);
  peer_says({peer_hello(0), seat{}, levels_frame{1, 1, 1}});
  CHECK_EQ(ended(), errc::key);
  CHECK_EQ(failures(), one_key_failure);
  CHECK(shown.empty());
}

SCENARIO("a peer with another key is refused") {
  share_a_key();
  auto ring = std::make_shared<key_ring>();
  ring->emplace_back(std::array<std::uint8_t, key_size>{2});
  peer_channel = std::make_unique<secure_channel>(true, ring);
  start(board_role::server);
  peer_channel->receive({});
  carry();
  CHECK(channel_state == secure_channel::state::other_key);
  pass(farewell_timeout);
  CHECK_EQ(ended(), errc::key);
  CHECK_EQ(failures(), one_key_failure);
}

SCENARIO("bytes that were changed on their way end the session") {
  share_a_key();
  start(board_role::server);
  peer_channel->receive({});
  carry();
  peer_channel->send(std::vector<std::uint8_t>{0, 1, 6});
  auto bytes = peer_channel->take_output();
  bytes.back() ^= 1U;
  peer_sends(bytes);
  CHECK_EQ(ended(), errc::tampered);
  CHECK_EQ(failures(), no_failures);  // the handshake was a good one
}

SCENARIO("TLS without a key of ours is a handshake that fails") {
  share_a_key();
  start(board_role::server);
  peer_sends({0x16, 3, 1, 0, 4, 1, 0, 0, 0});  // a client's hello of no bytes
  pass(farewell_timeout);
  CHECK_EQ(ended(), errc::protocol);
  CHECK_EQ(failures(), (counts{{"key", 0}, {"protocol", 1}, {"tampered", 0}}));
}

SCENARIO("a key must be proved in the time that a hello has") {
  share_a_key();
  start(board_role::server);
  pass(hello_timeout);
  CHECK_EQ(ended(), errc::silent);
}

END_FIXTURE_SCOPE()
