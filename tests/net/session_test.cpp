#define CAF_SUITE session

#include "net/session.hpp"

#include "net/native_wire.hpp"
#include "net/socket.hpp"
#include "tests/net/native_fixture.hpp"

using namespace ledactor;
using namespace ledactor::net;
using namespace ledactor::net::test;
using namespace std::chrono_literals;

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

SCENARIO("neither a press nor its acknowledgement sets a timer") {
  link_as_server();
  pass(config.heartbeat);  // the timer that was set before the seat has fired
  peer_says({heartbeat{}});
  const auto timers = sched.clock().schedule.size();
  const auto first = sched.clock().schedule.begin()->first;
  for (std::uint32_t seq = 1; seq <= 10; ++seq) {
    panel_says(seq % 2, seq);
    peer_says({ack{seq, seq}, levels_frame{seq, seq, 1}});
  }
  CHECK_EQ(sched.clock().schedule.size(), timers);
  CHECK(sched.clock().schedule.begin()->first == first);
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

SCENARIO("a session that has ended leaves no timer that would keep its memory") {
  link_as_server();
  CHECK(sched.clock().has_pending_timeout());
  self->send_exit(session, caf::make_error(errc::kicked));
  consume_messages();
  peer_closes();
  CHECK_EQ(ended(), errc::kicked);
  CHECK(!sched.clock().has_pending_timeout());
}

END_FIXTURE_SCOPE()
