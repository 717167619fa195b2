#define CAF_SUITE session

#include "net/session.hpp"

#include "net/socket.hpp"
#include "tests/net/native_fixture.hpp"

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

BEGIN_FIXTURE_SCOPE(native_fixture)

SCENARIO("a client speaks first, a server answers") {
  start(board_role::client);
  CHECK((said() == frames{own_hello(1)}));
  CHECK_EQ(news, words{"greeted"});
  peer_says({peer_hello(0)});
  CHECK(said().empty());
}

SCENARIO("a server answers a hello and asks its host for a seat") {
  start(board_role::server);
  CHECK(said().empty());
  peer_says({peer_hello(1)});
  CHECK((said() == frames{own_hello(0)}));
  CHECK_EQ(greetings, words{"there"});
  CHECK(attached.empty());
}

SCENARIO("a seated server wants the levels, and says that it is linked when the peer's come") {
  start(board_role::server);
  peer_says({peer_hello(1)});
  said();
  self->send(session, seat_atom_v);
  consume_messages();
  CHECK((said() == frames{seat{}}));
  CHECK_EQ(attached.size(), 1U);
  CHECK_EQ(news, words{"greeted"});
  peer_says({levels_frame{1, 5, 0b10}});
  CHECK_EQ(news, (words{"greeted", "linked there"}));
  CHECK_EQ(shown, std::vector<level_set>{0b10});
  CHECK((said() == frames{ack{1, 5}}));
}

SCENARIO("a client is told its place, and then its seat") {
  start(board_role::client);
  peer_says({peer_hello(0), wait{2, "other"}, wait{1, "other"}, seat{}});
  CHECK_EQ(news, (words{"greeted", "waiting 2 other", "waiting 1 other"}));
  CHECK_EQ(attached.size(), 1U);
}

SCENARIO("each change is a frame of its own, in order") {
  link_as_server();
  panel_says(1, 1);
  panel_says(0, 2);
  CHECK((said() == frames{levels_frame{1, 1, 1}, levels_frame{2, 2, 0}}));
}

SCENARIO("frames are counted, either way") {
  link_as_server();  // a hello each, and a seat
  panel_says(1, 1);
  peer_says({ack{1, 1}, levels_frame{1, 5, 2}});  // which is acknowledged
  CHECK_EQ(link_metrics{sys}.sent->value(), 4);
  CHECK_EQ(link_metrics{sys}.received->value(), 3);
}

SCENARIO("the round trip is known to a factor of 2.5, from 50 us to 1 s") {
  const auto bounds = link_metrics{sys}.press_to_led->buckets();
  CHECK_EQ(bounds.front().upper_bound, 50e-6);
  CHECK_EQ((bounds.end() - 2)->upper_bound, 1.0);
  for (auto i = bounds.begin() + 1; i != bounds.end() - 1; ++i) {
    CHECK(i->upper_bound <= 2.51 * (i - 1)->upper_bound);
  }
}

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
    self->send(session, levels{seq % 2, seq, timestamp{seq}});
  }
  consume_messages();
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
  CHECK_EQ(link_metrics{sys}.merged->value(), 5);
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
  advance_time(10s);  // at once: no timer came when it was due
  consume_messages();
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
  advance_time(10s);  // at once: no timer came when it was due
  consume_messages();
  pass_with_heartbeats(2900ms);
  CHECK_EQ(ended(), errc::none);
  peer_says({ack{1, 1}});
  pass_with_heartbeats(10s);
  CHECK_EQ(ended(), errc::none);
}

SCENARIO(
    "a session whose cable is pulled, or that is crowded out, ends at once without a farewell") {
  for (const auto reason : {errc::cable, errc::crowded}) {
    link_as_server();
    self->send_exit(session, caf::make_error(reason));
    consume_messages();
    CHECK_EQ(ended(), reason);
    CHECK(said().empty());
    connection = caf::io::connection_handle::from_int(connection.id() + 1);
  }
}

SCENARIO("a connection that says nothing is dropped") {
  start(board_role::server);
  pass(hello_timeout - 1ms);
  CHECK_EQ(ended(), errc::none);
  pass(1ms);
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("a board that could not run does not take that for a connection that says nothing") {
  start(board_role::server);
  advance_time(10s);  // at once: no timer came when it was due
  consume_messages();
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

SCENARIO("the round trip is that of the edge, and levels without one have none") {
  link_as_server();
  const auto* histogram = link_metrics{sys}.press_to_led;
  const auto before = histogram->sum();
  panel_says(1, 0);
  peer_says({ack{0, 0}});
  CHECK_EQ(histogram->sum(), before);
  panel_says(1, 1);  // an edge just after this machine's start
  peer_says({ack{1, 1}});
  CHECK(histogram->sum() > before);
  CHECK_EQ(ended(), errc::none);
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
    connection = caf::io::connection_handle::from_int(connection.id() + 1);
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
    connection = caf::io::connection_handle::from_int(connection.id() + 1);
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

SCENARIO("an exit message is a farewell, said before the end") {
  link_as_server();
  self->send_exit(session, caf::make_error(errc::kicked));
  consume_messages();
  CHECK((said() == frames{bye{1, ""}}));
  CHECK_EQ(ended(), errc::none);
  panel_says(1, 1);
  CHECK(said().empty());
  pass(farewell_timeout);
  CHECK_EQ(ended(), errc::kicked);
}

SCENARIO("a farewell is over as soon as the peer closes") {
  link_as_server();
  self->send_exit(session, caf::make_error(errc::kicked));
  consume_messages();
  mpx.impl_ptr(connection)->io_failure(&mpx, caf::io::network::operation::read);
  consume_messages();
  CHECK_EQ(ended(), errc::kicked);
}

SCENARIO("what comes for a session that has ended does not wait there for ever") {
  link_as_server();
  self->send_exit(session, caf::make_error(errc::kicked));
  consume_messages();
  peer_closes();
  CHECK_EQ(ended(), errc::kicked);
  pass(farewell_timeout);  // its timer
  panel_says(1, 1);
  CHECK_EQ(waiting_messages(), 0);
}

SCENARIO("a session that has ended leaves no timer that would keep its memory") {
  link_as_server();
  CHECK(sched.clock().has_pending_timeout());
  self->send_exit(session, caf::make_error(errc::kicked));
  consume_messages();
  peer_closes();
  CHECK_EQ(ended(), errc::kicked);
  CHECK(!sched.clock().has_pending_timeout());
}

SCENARIO("a peer's farewell ends the session with its reason") {
  for (std::uint8_t reason : {1, 2, 3, 4, 5, 6, 7, 8, 9}) {
    connection = caf::io::connection_handle::from_int(connection.id() + 1);
    link_as_server();
    peer_says({bye{reason, "so long"}});
    CHECK_EQ(ended(), static_cast<errc>(reason));
  }
  for (std::uint8_t reason : {0, 10, 31, 34, 64, 255}) {
    connection = caf::io::connection_handle::from_int(connection.id() + 1);
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

SCENARIO("a connection that ends without a farewell was closed") {
  link_as_server();
  mpx.impl_ptr(connection)->io_failure(&mpx, caf::io::network::operation::read);
  consume_messages();
  CHECK_EQ(ended(), errc::closed);
}

SCENARIO("a session whose board comes again, with a key, makes room at once, and says why") {
  link_as_server();
  CHECK(board_comes_again(true));
  CHECK((said() == frames{bye{9, ""}}));
  peer_takes_all();
  CHECK_EQ(ended(), errc::replaced);
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
  peer_says({hello{1, 1, 4, 4, "there", 1000, own_board}});
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
    connection = caf::io::connection_handle::from_int(connection.id() + 1);
    link_as_server();
    self->send_exit(session, caf::make_error(errc::kicked));
    consume_messages();
    CHECK(!board_comes_again(proved));
    peer_takes_all();
    pass(farewell_timeout);
    CHECK_EQ(ended(), errc::kicked);
  }
}

SCENARIO("frames that an LED bank took to its grave are shown by the next, and acknowledged") {
  link_as_server();
  std::vector<level_set> other;
  auto dead = new_led_bank(other);
  self->send(session, attach_atom_v, dead);
  consume_messages();
  self->send_exit(dead, caf::exit_reason::kill);
  consume_messages();
  peer_says({levels_frame{1, 1, 0b1}, levels_frame{2, 2, 0b11}});
  CHECK(said().empty());
  shown.clear();
  self->send(session, attach_atom_v, new_led_bank(shown));
  consume_messages();
  CHECK_EQ(shown, (std::vector<level_set>{0b11, 0b11}));  // the newest, for either
  CHECK((said() == frames{ack{1, 1}, ack{2, 2}}));
}

SCENARIO("frames are acknowledged in their order, whatever that of the LED bank's answers") {
  link_as_server();
  std::vector<caf::typed_response_promise<void>> answers;
  auto slow = new_slow_led_bank(answers);
  self->send(session, attach_atom_v, slow);
  consume_messages();
  peer_says({levels_frame{1, 5, 0b1}, levels_frame{2, 6, 0b1}, levels_frame{3, 7, 0b1}});
  REQUIRE_EQ(answers.size(), 3U);
  answers.at(1).deliver();
  consume_messages();
  CHECK(said().empty());
  answers.at(0).deliver();
  consume_messages();
  CHECK((said() == frames{ack{1, 5}, ack{2, 6}}));
  answers.at(2).deliver();
  consume_messages();
  CHECK((said() == frames{ack{3, 7}}));
}

SCENARIO("frames whose chip dies after a new one has come are shown by that, and acknowledged") {
  link_as_server();
  std::vector<caf::typed_response_promise<void>> answers;
  auto slow = new_slow_led_bank(answers);
  self->send(session, attach_atom_v, slow);
  consume_messages();
  peer_says({levels_frame{1, 5, 0b1}, levels_frame{2, 6, 0b11}});
  REQUIRE_EQ(answers.size(), 2U);
  self->send(session, attach_atom_v, slow);  // the same one, which has a new chip
  consume_messages();
  answers.at(0).deliver(caf::make_error(errc::board_lost));  // by the old chip
  answers.at(1).deliver(caf::make_error(errc::board_lost));
  consume_messages();
  REQUIRE_EQ(answers.size(), 5U);  // it was told the newest at once, too
  CHECK(said().empty());
  answers.at(3).deliver();
  answers.at(4).deliver();
  consume_messages();
  CHECK((said() == frames{ack{1, 5}, ack{2, 6}}));
}

SCENARIO("a new LED bank is told the levels, though no frame waits") {
  link_as_server();
  peer_says({levels_frame{1, 1, 0b101}});
  said();
  shown.clear();
  self->send(session, attach_atom_v, new_led_bank(shown));
  consume_messages();
  CHECK_EQ(shown, std::vector<level_set>{0b101});
  CHECK(said().empty());
}

SCENARIO("an inverted board swaps its own buttons, and the LEDs that the peer has a button for") {
  config.invert = true;
  start(board_role::server);
  peer_says({hello{1, 1, 4, 2, "small"}});
  self->send(session, seat_atom_v);
  consume_messages();
  peer_takes_all();
  said();
  panel_says(0b0001, 7);
  CHECK((said() == frames{levels_frame{7, 7, 0b1110}}));
  peer_says({levels_frame{1, 5, 0b01}});
  CHECK_EQ(shown, std::vector<level_set>{0b10});
}

SCENARIO("a new panel is asked for its levels") {
  link_as_server();
  self->send(session, attach_atom_v, new_panel());
  consume_messages();
  CHECK_EQ(attached.size(), 2U);
}

SCENARIO(
    "a watcher is told each change that the peer shows, and no levels that no edge is behind") {
  words told;
  watcher = ledactor::test::record_news(*this, told);
  link_as_server();
  panel_says(1, 3);
  self->send(session, levels{1, 3, timestamp{0}});
  consume_messages();
  CHECK(told.empty());
  peer_says({ack{3, 3}, ack{3, 0}});
  CHECK_EQ(told, words{"round trip 3 positive"});
}

SCENARIO("a browser that comes to the wire's port is told where the page is") {
  config.page_port = 23880;
  start(board_role::server);
  const std::string_view request = "GET / HTTP/1.1\r\n\r\n";
  peer_sends({request.begin(), request.end()});
  CHECK((said() == frames{bye{6, "HTTP, not ledactor's wire: the page is at port 23880"}}));
}

END_FIXTURE_SCOPE()
