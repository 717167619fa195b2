#define CAF_SUITE session_key

#include "net/session.hpp"
#include "tests/net/flight.hpp"
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
    std::vector<frame> frames;
    auto from_peer = flight_of(*peer_channel);
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
      auto plain = peer_channel->received();
      while (auto f = reader.next(plain)) {
        frames.push_back(std::move(*f));
      }
      from_peer = flight_of(*peer_channel);
    }
    return frames;
  }

  std::vector<frame> peer_says_in_secret(const frame& f) {
    std::vector<std::uint8_t> bytes;
    append_frame(bytes, f);
    peer_channel->send(bytes);
    return carry();
  }

  /// A server's session and its client, which has the seat, over an open channel.
  void link_in_secret() {
    share_a_key();
    start(board_role::server);
    peer_channel->receive({});
    carry();
    peer_says_in_secret(peer_hello(1));
    seat_peer();
    carry();
  }

  /// The session deals with so many messages in one turn, of more that wait; the test multiplexer
  /// gives it one at a time.
  void take_turn(std::size_t messages) {
    auto* const whole = caf::actor_cast<caf::abstract_actor*>(session);
    dynamic_cast<session_impl&>(*whole).resume(&mpx, messages);
  }

  /// How many TLS records the session has said since its peer last took any.
  std::size_t records() {
    constexpr std::size_t header = 5;  // whose last two bytes are the rest's length
    const auto& out = mpx.output_buffer(connection);
    std::size_t count = 0;
    for (std::size_t at = 0; at + header <= out.size(); ++count) {
      at += header + static_cast<std::size_t>(out[at + 3]) * 256
            + static_cast<std::size_t>(out[at + 4]);
    }
    return count;
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

SCENARIO("what waits together leaves in one record: changes, and acknowledgements") {
  constexpr std::uint32_t many = 64;
  link_in_secret();
  std::vector<std::uint8_t> theirs;
  for (std::uint32_t seq = 1; seq <= many + 1; ++seq) {
    self->send(session, levels{seq % 2, seq, timestamp{seq}});
    append_frame(theirs, levels_frame{seq, seq, seq % 2});
  }
  take_turn(many);
  CHECK_EQ(records(), 1U);
  consume_messages();
  CHECK_EQ(carry().size(), many + 1);
  peer_channel->send(theirs);
  const auto bytes = flight_of(*peer_channel);
  const auto* const begin = reinterpret_cast<const caf::byte*>(bytes.data());
  mpx.virtual_send(connection, caf::byte_buffer{begin, begin + bytes.size()});
  while (sched.try_run_once()) {  // the LED bank, but not the session
  }
  take_turn(many);
  CHECK_EQ(records(), 1U);
  consume_messages();
  CHECK_EQ(carry().size(), many + 1);
}

SCENARIO("a press alone leaves at once") {
  link_in_secret();
  for (std::uint32_t seq = 1; seq <= 3; ++seq) {
    panel_says(seq % 2, seq);
    CHECK_EQ(records(), seq);
  }
}

SCENARIO("what a server last said of a broken handshake reaches its client") {
  share_a_key();
  start(board_role::server);
  peer_channel->receive({});
  auto greeting = flight_of(*peer_channel);
  greeting.back() ^= 1U;  // of the proof that it has the key
  peer_sends(greeting);
  CHECK_EQ(ended(), errc::tampered);
  CHECK_EQ(records(), 1U);
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
  auto bytes = flight_of(*peer_channel);
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
