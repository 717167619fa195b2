#define CAF_SUITE native_wire

#include "net/native_wire.hpp"

#include "tests/net/wire_fixture.hpp"

using namespace ledactor;
using namespace ledactor::net;
using namespace ledactor::net::test;
using namespace std::chrono_literals;

namespace {

/// What a peer answers to levels.
frames acks_of(const frames& sent) {
  frames acks;
  for (const auto& f : sent) {
    const auto& l = std::get<levels_frame>(f);
    acks.push_back(ack{l.seq, l.when});
  }
  return acks;
}

}  // namespace

BEGIN_FIXTURE_SCOPE(wire_fixture)

SCENARIO("no more frames are sent than the peer may leave unacknowledged") {
  link_as_server();
  for (std::uint32_t seq = 1; seq <= max_unacknowledged + 10; ++seq) {
    panel_says(seq % 2, seq);
    peer_takes_all();
  }
  CHECK_EQ(said().size(), max_unacknowledged);
  peer_says({ack{1, 1}, ack{2, 2}});
  const auto more = said();
  REQUIRE_EQ(more.size(), 2U);
  CHECK_EQ(std::get<levels_frame>(more.back()).seq, max_unacknowledged + 2);
}

SCENARIO("towards a peer that lags for long, the newest levels win and the rest is counted") {
  link_as_server();
  const auto total = static_cast<std::uint32_t>(max_unacknowledged + max_unsent + 5);
  for (std::uint32_t seq = 1; seq <= total; ++seq) {
    panel_says(seq % 2, seq);
  }
  std::size_t sent = 0;
  std::uint32_t last = 0;
  for (auto more = said(); !more.empty(); more = said()) {
    sent += more.size();
    last = std::get<levels_frame>(more.back()).seq;
    peer_says(acks_of(more));
    peer_takes_all();
  }
  CHECK_EQ(last, total);
  CHECK_EQ(sent, total - 5);
  CHECK_EQ(ours->counts().merged, 5);
}

SCENARIO("more frames at once than may be unacknowledged end the link") {
  link_as_server();
  peer_says(frames(max_unacknowledged + 1, levels_frame{1, 1, 1}));
  CHECK_EQ(ended(), errc::none);  // it says farewell first
  const auto last = said().back();
  REQUIRE(std::holds_alternative<bye>(last));
  CHECK_EQ(std::get<bye>(last).reason, 6);
}

SCENARIO("a heartbeat goes out when nothing else did") {
  link_as_server();
  pass(900ms);
  panel_says(1, 1);
  peer_takes_all();
  said();
  peer_says({heartbeat{}});
  pass(900ms);
  CHECK(said().empty());
  pass(100ms);
  CHECK((said() == frames{heartbeat{}}));
}

SCENARIO("a silent peer is dead after that time, not before") {
  link_as_server();
  pass(1s);
  peer_takes_all();
  peer_says({heartbeat{}});
  for (int i = 0; i < 29; ++i) {
    pass(100ms);
    peer_takes_all();
  }
  CHECK_EQ(ended(), errc::none);
  pass(100ms);
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("a peer whose heartbeat is longer may be silent for as many of its own") {
  start(board_role::server);
  peer_says({hello{1, 1, 4, 4, "slow", 5000}});
  seat_peer();
  for (int i = 0; i < 149; ++i) {
    pass(100ms);
    peer_takes_all();
  }
  CHECK_EQ(ended(), errc::none);
  pass(100ms);
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("a peer whose heartbeat is shorter is missed earlier") {
  config.heartbeat = 5s;
  config.dead_after = 15s;
  start(board_role::server);
  peer_says({hello{1, 1, 4, 4, "quick", 1000}});
  seat_peer();
  pass(2999ms);
  peer_takes_all();
  CHECK_EQ(ended(), errc::none);
  pass(1ms);
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("the longest heartbeat and the most patience do not overflow") {
  config.heartbeat = 10ms;
  config.dead_after = 1h;
  start(board_role::server);
  peer_says({hello{1, 1, 4, 4, "slow", max_heartbeat}});
  seat_peer();
  pass(1s);
  CHECK_EQ(ended(), errc::none);
}

SCENARIO("a heartbeat that is no whole number of milliseconds is told as the next longer") {
  config.heartbeat = 10'500us;
  start(board_role::client);
  CHECK_EQ(std::get<hello>(said().at(0)).heartbeat, 11U);
}

SCENARIO("bytes that make no frame are no sign of life") {
  link_as_server();
  std::vector<std::uint8_t> bytes;
  append_frame(bytes, levels_frame{1, 1, 1});
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK_EQ(ended(), errc::none);
    peer_sends({bytes[i]});
    pass(500ms);
    peer_takes_all();
  }
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("a frame that is skipped is a sign of life") {
  link_as_server();
  for (int i = 0; i < 8; ++i) {
    peer_sends({0, 1, 0x80});
    pass(500ms);
    peer_takes_all();
  }
  CHECK_EQ(ended(), errc::none);
}

SCENARIO("a board that could not run does not take that for its peer's silence") {
  link_as_server();
  late_by(10s);  // at once: no timer came when it was due
  peer_takes_all();
  for (int i = 0; i < 29; ++i) {
    pass(100ms);
    peer_takes_all();
  }
  CHECK_EQ(ended(), errc::none);
  pass(100ms);
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("a board that is late time and again bears a peer's silence for twice that time") {
  link_as_server();
  late_tick();
  peer_takes_all();
  CHECK_EQ(ended(), errc::none);
  late_tick();
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("a peer that is heard again is excused again") {
  link_as_server();
  for (int i = 0; i < 3; ++i) {
    peer_says({heartbeat{}});
    peer_takes_all();
    late_tick();
    CHECK_EQ(ended(), errc::none);
  }
}

SCENARIO("a board that is late time and again bears LEDs that stand still for twice that time") {
  link_as_server();
  panel_says(1, 1);
  for (int i = 0; i < 2; ++i) {
    CHECK_EQ(ended(), errc::none);
    peer_says({heartbeat{}});
    peer_takes_all();
    late_tick();
  }
  CHECK_EQ(ended(), errc::stalled);
}

SCENARIO("a peer that sends but never reads is stalled after that time") {
  link_as_server();
  panel_says(1, 1);
  for (int i = 0; i < 5; ++i) {
    pass(1s);
    peer_says({heartbeat{}});
  }
  CHECK_EQ(ended(), errc::stalled);
}

SCENARIO("a peer that lives and acknowledges nothing is stalled after that time, not before") {
  link_as_server();
  panel_says(1, 1);
  for (int i = 0; i < 29; ++i) {
    pass_with_heartbeats(100ms);
  }
  CHECK_EQ(ended(), errc::none);
  pass_with_heartbeats(100ms);
  CHECK_EQ(ended(), errc::stalled);
}

SCENARIO("each levels frame has its own time to be acknowledged") {
  link_as_server();
  panel_says(1, 1);
  pass_with_heartbeats(2s);
  panel_says(0, 2);
  pass_with_heartbeats(900ms);
  peer_says({ack{1, 1}});
  pass_with_heartbeats(2s);
  CHECK_EQ(ended(), errc::none);
  pass_with_heartbeats(100ms);
  CHECK_EQ(ended(), errc::stalled);
}

SCENARIO("a client's server that acknowledges nothing is stalled, too") {
  start(board_role::client);
  peer_says({peer_hello(0), seat{}});
  panel_says(1, 1);
  pass_with_heartbeats(2900ms);
  CHECK_EQ(ended(), errc::none);
  pass_with_heartbeats(100ms);
  CHECK_EQ(ended(), errc::stalled);
}

SCENARIO("a board that could not run does not take that for LEDs that stand still") {
  link_as_server();
  panel_says(1, 1);
  late_by(10s);  // at once: no timer came when it was due
  pass_with_heartbeats(2900ms);
  CHECK_EQ(ended(), errc::none);
  peer_says({ack{1, 1}});
  pass_with_heartbeats(10s);
  CHECK_EQ(ended(), errc::none);
}

SCENARIO("a connection that says nothing is dropped") {
  start(board_role::server);
  pass(hello_timeout - 1ms);
  CHECK_EQ(ended(), errc::none);
  pass(1ms);
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("before the peer's hello nothing is said") {
  start(board_role::server);
  pass(hello_timeout - 1ms);
  CHECK(said().empty());
}

SCENARIO("who has been sent a farewell is not listened to any more") {
  start(board_role::server);
  peer_says({seat{}});
  REQUIRE(std::holds_alternative<bye>(said().back()));
  peer_says({peer_hello(1)});
  CHECK(said().empty());
  CHECK(greetings.empty());
}

SCENARIO("half a hello is no hello") {
  start(board_role::server);
  std::vector<std::uint8_t> bytes;
  append_frame(bytes, peer_hello(1));
  bytes.pop_back();
  peer_sends(bytes);
  pass(hello_timeout);
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("nonsense, and what comes out of turn, is answered with a farewell") {
  const std::vector<frames> bad{
      {levels_frame{1, 1, 1}},
      {seat{}},
      {peer_hello(0)},
      {peer_hello(1), peer_hello(1)},
      {peer_hello(1), levels_frame{1, 1, 1}},
      {peer_hello(1), ack{1, 1}},
      {peer_hello(1), wait{1, "x"}},
  };
  for (const auto& what : bad) {
    start(board_role::server);
    peer_says(what);
    const auto answer = said();
    REQUIRE(!answer.empty());
    REQUIRE(std::holds_alternative<bye>(answer.back()));
    CHECK_EQ(std::get<bye>(answer.back()).reason, 6);
    pass(farewell_timeout);
    CHECK_EQ(ended(), errc::protocol);
  }
}

SCENARIO("an acknowledgement of nothing is nonsense") {
  link_as_server();
  peer_says({ack{1, 1}});
  pass(farewell_timeout);
  CHECK_EQ(ended(), errc::protocol);
}

SCENARIO("an acknowledgement of any but the oldest frame is nonsense") {
  const std::vector<frames> bad{
      {ack{2, 2}}, {ack{1, 2}}, {ack{2, 1}}, {ack{1, 0}}, {ack{1, 1}, ack{1, 1}},
  };
  for (const auto& what : bad) {
    link_as_server();
    panel_says(1, 1);
    panel_says(0, 2);
    said();
    peer_says(what);
    const auto answer = said();
    REQUIRE_EQ(answer.size(), 1U);
    REQUIRE(std::holds_alternative<bye>(answer.at(0)));
    CHECK_EQ(std::get<bye>(answer.at(0)).reason, 6);
    pass(farewell_timeout);
    CHECK_EQ(ended(), errc::protocol);
  }
}

SCENARIO("another version is refused with that reason") {
  start(board_role::server);
  peer_says({hello{2, 1, 4, 4, "there"}});
  const auto answer = said();
  REQUIRE_EQ(answer.size(), 1U);
  CHECK_EQ(std::get<bye>(answer.at(0)).reason, 5);
}

SCENARIO("a peer's farewell ends the session with its reason") {
  for (std::uint8_t reason : {1, 2, 3, 4, 5, 6, 7, 8, 9}) {
    link_as_server();
    peer_says({bye{reason, "so long"}});
    CHECK_EQ(ended(), static_cast<errc>(reason));
  }
  for (std::uint8_t reason : {0, 10, 31, 34, 64, 255}) {
    link_as_server();
    peer_says({bye{reason, ""}});
    CHECK_EQ(ended(), errc::closed);
  }
}

SCENARIO("a kick by who gave no seat is nonsense") {
  start(board_role::client);
  peer_says({bye{1, ""}});
  CHECK_EQ(ended(), errc::protocol);
}

SCENARIO("a ghost that takes no more bytes makes room when a farewell's time is over") {
  link_as_server();
  CHECK(board_comes_again(true));
  CHECK(board_comes_again(true));  // and again
  pass(farewell_timeout - 1ms);
  CHECK_EQ(ended(), errc::none);
  pass(1ms);
  CHECK_EQ(ended(), errc::replaced);
}

SCENARIO("without a key a session makes room when a heartbeat and a half is missing") {
  config.heartbeat = 2s;
  config.dead_after = 6s;
  start(board_role::server);
  peer_says({hello{1, 1, 4, 4, "there", 1000, board_id{1, 2, 3}}});
  seat_peer();
  peer_says({heartbeat{}});
  pass(1s);
  CHECK(!board_comes_again(false));
  pass(499ms);
  peer_takes_all();
  CHECK_EQ(ended(), errc::none);
  said();
  pass(1ms);
  CHECK((said() == frames{bye{9, ""}}));
  peer_takes_all();
  CHECK_EQ(ended(), errc::replaced);
}

SCENARIO("without a key a session that has been silent for long makes room at once") {
  config.dead_after = 10s;
  link_as_server();
  pass(1500ms);
  peer_takes_all();
  CHECK(board_comes_again(false));
  peer_takes_all();
  CHECK_EQ(ended(), errc::replaced);
}

SCENARIO("without a key a session whose peer lives keeps its place") {
  link_as_server();
  CHECK(!board_comes_again(false));
  pass(1s);
  peer_says({heartbeat{}});
  pass(2900ms);
  peer_takes_all();
  CHECK_EQ(ended(), errc::none);
}

SCENARIO("a session that is kicked already makes no room, with a key or without") {
  for (const bool proved : {false, true}) {
    link_as_server();
    end_with(errc::kicked);
    CHECK(!board_comes_again(proved));
    peer_takes_all();
    pass(farewell_timeout);
    CHECK_EQ(ended(), errc::kicked);
  }
}

SCENARIO("a peer that is sent more and more, and acknowledges nothing, is stalled all the same") {
  link_as_server();
  for (std::uint32_t seq = 1; seq < 30; ++seq) {
    panel_says(seq % 2, seq);
    pass_with_heartbeats(100ms);
  }
  CHECK_EQ(ended(), errc::none);
  panel_says(0, 30);
  pass_with_heartbeats(100ms);
  CHECK_EQ(ended(), errc::stalled);
}

SCENARIO("a board that could not run does not take that for a connection that says nothing") {
  start(board_role::server);
  late_by(10s);
  pass(hello_timeout - 1ms);
  CHECK_EQ(ended(), errc::none);
  pass(1ms);
  CHECK_EQ(ended(), errc::silent);
}

END_FIXTURE_SCOPE()
