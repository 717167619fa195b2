#define CAF_SUITE ece387_session

#include "net/ece387_wire.hpp"
#include "net/socket.hpp"
#include "tests/net/session_fixture.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

using namespace ledactor;
using namespace ledactor::net;
using namespace ledactor::net::test;
using namespace std::chrono_literals;

namespace {

/// A session that speaks the original's wire.
struct fixture : session_fixture {
  fixture() { config.wire = wire_kind::ece387; }

  void start_seated() {
    start(board_role::server);
    peer_says("0000");
    seat_peer();
    panel_says(0);
    CHECK_EQ(said(), "0000");
    shown.clear();
  }

  void start_linked_client() {
    start(board_role::client);
    panel_says(0);
    CHECK_EQ(said(), "0000");
    peer_says("0000");
    shown.clear();
  }

  void peer_says(std::string_view text) { peer_sends({text.begin(), text.end()}); }

  /// What the session has said since the last call; the peer's side takes it.
  std::string said() {
    auto& out = mpx.output_buffer(connection);
    std::string text{reinterpret_cast<const char*>(out.data()), out.size()};
    out.clear();
    if (!text.empty()) {
      mpx.impl_ptr(connection)->data_transferred(&mpx, text.size(), 0);
      consume_messages();
    }
    return text;
  }

  void panel_says(level_set pressed) { session_fixture::panel_says(pressed, 1); }

  void end_with(errc reason) {
    self->send_exit(session, caf::make_error(reason));
    consume_messages();
  }

  std::int64_t merged() { return link_metrics{sys}.merged->value(); }
};

using sets = std::vector<level_set>;

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

// Turns and pace

SCENARIO("a client speaks first, with the levels as they are, and then waits") {
  start(board_role::client);
  CHECK_EQ(said(), "");
  panel_says(0b0010);
  CHECK_EQ(said(), "0100");
  panel_says(0);
  pass(2s);
  CHECK_EQ(said(), "");
  CHECK_EQ(news, words{"greeted"});
}

SCENARIO("after a reply a client sends a change at once") {
  start_linked_client();
  panel_says(0b0001);
  CHECK_EQ(said(), "1000");
}

SCENARIO("after a reply without a change a client waits for the pace, and no longer") {
  start_linked_client();
  pass(4999us);
  CHECK_EQ(said(), "");
  pass(1us);
  CHECK_EQ(said(), "0000");
  pass(1s);
  CHECK_EQ(said(), "");
}

SCENARIO("changes that come while a client waits are kept, and sent one for each reply") {
  start_linked_client();
  panel_says(1);
  panel_says(0);
  panel_says(2);
  CHECK_EQ(said(), "1000");
  peer_says("0000");
  CHECK_EQ(said(), "0000");
  peer_says("0000");
  CHECK_EQ(said(), "0100");
  CHECK_EQ(merged(), 0);
}

SCENARIO("of more changes than may wait the newest wins, and the rest is counted") {
  start_linked_client();
  panel_says(0b1000);
  said();
  for (std::size_t i = 0; i < max_ece387_unsent + 5; ++i) {
    panel_says(i % 2);
  }
  panel_says(0b0111);
  CHECK_EQ(merged(), 6);
  std::string last;
  std::size_t sent = 0;
  for (peer_says("0000"); sent < max_ece387_unsent; peer_says("0000")) {
    last = said();
    REQUIRE_EQ(last.size(), 4U);
    ++sent;
  }
  CHECK_EQ(last, "1110");
  CHECK_EQ(said(), "");
}

SCENARIO("messages are counted as frames, either way") {
  start_linked_client();
  panel_says(1);
  peer_says("0000");
  CHECK_EQ(link_metrics{sys}.sent->value(), 2);
  CHECK_EQ(link_metrics{sys}.received->value(), 2);
}

SCENARIO("a server says nothing before the client, and then replies after the pace") {
  start_seated();
  pass(100ms);
  CHECK_EQ(said(), "");
  peer_says("0000");
  pass(4999us);
  CHECK_EQ(said(), "");
  pass(1us);
  CHECK_EQ(said(), "0000");
}

SCENARIO("a server replies at once if its levels changed, before the message or after it") {
  start_seated();
  panel_says(1);
  CHECK_EQ(said(), "");
  peer_says("0000");
  CHECK_EQ(said(), "1000");
  peer_says("0000");
  panel_says(3);
  CHECK_EQ(said(), "1100");
}

SCENARIO("the pace is what the configuration says") {
  config.ece387_pace = 200ms;
  start_seated();
  peer_says("0000");
  pass(199ms);
  CHECK_EQ(said(), "");
  pass(1ms);
  CHECK_EQ(said(), "0000");
}

SCENARIO("a level that does not travel is no change") {
  start_seated();
  peer_says("0000");
  panel_says(0b10000);
  CHECK_EQ(said(), "");
}

SCENARIO("a client that spins gets one reply for each pace") {
  start_seated();
  int replies = 0;
  peer_says("0000");
  for (int i = 0; i < 1000; ++i) {
    pass(1ms);
    if (!said().empty()) {
      ++replies;
      peer_says("0000");
    }
  }
  CHECK_EQ(replies, 200);
}

// What comes

SCENARIO("a message in pieces is one, and its levels are shown when it is whole") {
  start_seated();
  peer_says("1");
  peer_says("00");
  CHECK(shown.empty());
  peer_says("0");
  CHECK_EQ(shown, sets{1});
}

SCENARIO("two messages at once are shown in order and answered one by one") {
  start_seated();
  peer_says("10000100");
  CHECK_EQ(shown, (sets{1, 2}));
  pass(5ms);
  CHECK_EQ(said(), "0000");
  pass(5ms);
  CHECK_EQ(said(), "0000");
  pass(100ms);
  CHECK_EQ(said(), "");
}

SCENARIO("levels that are shown already are not shown again") {
  start_seated();
  for (int i = 0; i < 3; ++i) {
    peer_says("0010");
    pass(5ms);
    said();
  }
  CHECK_EQ(shown, sets{0b0100});
}

SCENARIO("what is no level ends the session without a word") {
  for (const auto* const garbage : {"abc", "2", "00x0", "close", "GET / HTTP", "\xff\xff"}) {
    connection = caf::io::connection_handle::from_int(connection.id() + 1);
    start_seated();
    peer_says(garbage);
    CHECK_EQ(ended(), errc::protocol);
    CHECK_EQ(said(), "");
  }
}

SCENARIO("a connection that ends within a message was no good one") {
  start_seated();
  peer_says("10");
  peer_closes();
  CHECK_EQ(ended(), errc::protocol);
}

SCENARIO("a connection that ends between messages was closed") {
  start_seated();
  peer_says("1000");
  peer_closes();
  CHECK_EQ(ended(), errc::closed);
}

SCENARIO("a client that is too many messages ahead is not listened to any more") {
  start_seated();
  for (std::size_t i = 0; i < max_ece387_ahead; ++i) {
    peer_says("0000");
  }
  CHECK_EQ(ended(), errc::none);
  peer_says("0000");
  CHECK_EQ(ended(), errc::protocol);
}

SCENARIO("a reply to nothing ends a client's session") {
  start_linked_client();
  peer_says("0000");
  CHECK_EQ(ended(), errc::protocol);
}

// Seats

SCENARIO("a server asks for a seat once, and nothing is shown or said before it") {
  start(board_role::server);
  peer_says("10");
  CHECK(greetings.empty());
  peer_says("00");
  REQUIRE_EQ(greetings.size(), 1U);
  CHECK(greetings[0].starts_with("ece387 "));
  peer_says("0100");
  self->send(session, queue_atom_v, std::uint32_t{1}, std::string{"other"});
  pass(1h);
  CHECK_EQ(ended(), errc::none);  // it is the peer that waits
  CHECK_EQ(said(), "");
  CHECK(shown.empty());
  CHECK(news.empty());
  CHECK_EQ(greetings.size(), 1U);
  seat_peer();
  CHECK_EQ(news, (words{"greeted", "linked ece387 test"}));
  CHECK_EQ(shown, (sets{1, 2}));
  CHECK_EQ(attached.size(), 1U);
  panel_says(4);
  CHECK_EQ(said(), "0010");
}

SCENARIO("a client is linked with the first reply, however late that is") {
  start(board_role::client);
  panel_says(0);
  said();
  pass(1h);
  CHECK_EQ(ended(), errc::none);
  CHECK(greetings.empty());
  peer_says("0001");
  CHECK_EQ(news, (words{"greeted", "linked ece387 test"}));
  CHECK_EQ(greetings.size(), 1U);
  CHECK_EQ(shown, sets{0b1000});
}

SCENARIO("a connection that brings no whole message in time is dropped") {
  for (const auto* const words : {"", "1", "000"}) {
    connection = caf::io::connection_handle::from_int(connection.id() + 1);
    start(board_role::server);
    if (*words != '\0') {
      peer_says(words);
    }
    pass(hello_timeout - 1ms);
    CHECK_EQ(ended(), errc::none);
    pass(1ms);
    CHECK_EQ(ended(), errc::silent);
  }
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

// Dead peers

SCENARIO("a client that sends nothing more is dead after that time, not before") {
  start_seated();
  pass(1s);
  peer_says("0000");
  pass(5ms);
  CHECK_EQ(said(), "0000");
  pass(3s - 1ms);
  CHECK_EQ(ended(), errc::none);
  pass(1ms);
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("a board that could not run does not take that for its peer's silence") {
  start_seated();
  advance_time(10s);  // at once: no timer came when it was due
  consume_messages();
  pass(3s - 1ms);
  CHECK_EQ(ended(), errc::none);
  pass(1ms);
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("a board that is late time and again bears a peer's silence for twice that time") {
  start_seated();
  advance_time(5s);
  consume_messages();
  CHECK_EQ(ended(), errc::none);
  advance_time(5s);
  consume_messages();
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("a peer that is heard again is excused again") {
  start_seated();
  for (int i = 0; i < 2; ++i) {
    advance_time(5s);
    consume_messages();
    CHECK_EQ(ended(), errc::none);
    peer_says("0000");
    pass(5ms);
    CHECK_EQ(said(), "0000");
  }
}

SCENARIO("a death that comes sooner than a hello is due is not found late") {
  config.dead_after = 500ms;
  start_seated();
  pass(499ms);
  CHECK_EQ(ended(), errc::none);
  pass(1ms);
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("half a message now and then is no sign of life") {
  start_seated();
  pass(2s);
  peer_says("1");
  pass(999ms);
  CHECK_EQ(ended(), errc::none);
  pass(1ms);
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("a server that does not reply any more is dead after that time") {
  start_linked_client();
  pass(5ms);
  CHECK_EQ(said(), "0000");
  pass(3s - 1ms);
  CHECK_EQ(ended(), errc::none);
  pass(1ms);
  CHECK_EQ(ended(), errc::silent);
}

SCENARIO("the kernel is told to look after a connection that may be silent") {
  const unique_fd socket{::socket(AF_INET, SOCK_STREAM, 0)};
  keep_alive(socket.get(), 2500ms);
  const auto option = [&](int level, int what) {
    int value = 0;
    socklen_t size = sizeof(value);
    ::getsockopt(socket.get(), level, what, &value, &size);
    return value;
  };
  CHECK_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
  CHECK_EQ(option(IPPROTO_TCP, TCP_KEEPIDLE), 3);
  CHECK_EQ(option(IPPROTO_TCP, TCP_KEEPINTVL), 1);
  CHECK_EQ(option(IPPROTO_TCP, TCP_USER_TIMEOUT), 3000);
}

// Ends

SCENARIO("a kick is a reply, at once if a message waits for one") {
  start_seated();
  peer_says("1000");
  end_with(errc::kicked);
  CHECK_EQ(said(), "close");
  CHECK_EQ(ended(), errc::none);
  peer_closes();
  CHECK_EQ(ended(), errc::kicked);
}

SCENARIO("a kick waits for the next message, which is not shown") {
  start_seated();
  end_with(errc::kicked);
  CHECK_EQ(said(), "");
  pass(100ms);
  peer_says("1000");
  CHECK_EQ(said(), "close");
  CHECK(shown.empty());
  peer_says("1000");
  CHECK_EQ(said(), "");
  pass(farewell_timeout);
  CHECK_EQ(ended(), errc::kicked);
}

SCENARIO("a frozen client is kicked all the same") {
  start_seated();
  end_with(errc::kicked);
  pass(farewell_timeout - 1ms);
  CHECK_EQ(ended(), errc::none);
  pass(1ms);
  CHECK_EQ(ended(), errc::kicked);
}

SCENARIO("who is refused a seat is told to close") {
  start(board_role::server);
  peer_says("0000");
  end_with(errc::busy);
  CHECK_EQ(said(), "close");
  peer_closes();
  CHECK_EQ(ended(), errc::busy);
}

SCENARIO("a server that ends says nothing, and ends when it has the turn") {
  start_seated();
  end_with(errc::shutdown);
  CHECK_EQ(ended(), errc::none);
  peer_says("0000");
  CHECK_EQ(said(), "");
  CHECK_EQ(ended(), errc::shutdown);
}

SCENARIO("a client that quits closes at once if it has the turn") {
  start_linked_client();
  end_with(errc::quit);
  CHECK_EQ(said(), "");
  CHECK_EQ(ended(), errc::quit);
}

SCENARIO("a client that quits waits a moment for a reply that is under way") {
  start_linked_client();
  panel_says(1);
  said();
  end_with(errc::quit);
  CHECK_EQ(ended(), errc::none);
  peer_says("0000");
  CHECK_EQ(ended(), errc::quit);
}

SCENARIO("close ends a linked client as kicked, and one that was never let in as refused") {
  start_linked_client();
  panel_says(1);
  peer_says("close");
  CHECK_EQ(ended(), errc::kicked);
  connection = caf::io::connection_handle::from_int(connection.id() + 1);
  start(board_role::client);
  panel_says(0);
  peer_says("clo");
  CHECK_EQ(ended(), errc::none);
  peer_says("se");
  CHECK_EQ(ended(), errc::busy);
}

SCENARIO("a session whose cable is pulled, or that is crowded out, ends at once") {
  for (const auto reason : {errc::cable, errc::crowded}) {
    start(board_role::server);
    end_with(reason);
    CHECK_EQ(ended(), reason);
    connection = caf::io::connection_handle::from_int(connection.id() + 1);
  }
}

// Neighbours, inversion, and either wire

SCENARIO("a new LED bank is told the levels") {
  start_seated();
  peer_says("1010");
  shown.clear();
  self->send(session, attach_atom_v, new_led_bank(shown));
  consume_messages();
  CHECK_EQ(shown, sets{0b0101});
}

SCENARIO("an inverted board swaps both senses, of the four that travel") {
  config.invert = true;
  start(board_role::server);
  peer_says("0111");
  seat_peer();
  panel_says(0b110010);
  CHECK_EQ(said(), "1011");
  CHECK_EQ(shown, sets{0b0001});
}

SCENARIO("with any wire an original is known by its first byte, which is not lost") {
  config.wire = wire_kind::any;
  start(board_role::server);
  CHECK_EQ(said(), "");
  peer_says("1");
  CHECK_EQ(said(), "");
  peer_says("000");
  CHECK_EQ(greetings.size(), 1U);
  seat_peer();
  panel_says(0);
  CHECK_EQ(shown, sets{1});
  CHECK_EQ(said(), "0000");
  end_with(errc::kicked);
  peer_says("1000");
  CHECK_EQ(said(), "close");
}

SCENARIO("with any wire everything else is the native one's") {
  config.wire = wire_kind::any;
  start(board_role::server);
  std::vector<std::uint8_t> bytes;
  append_frame(bytes, hello{1, 1, 4, 4, "there"});
  peer_says({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  CHECK_EQ(greetings, words{"there"});
  CHECK_EQ(said().size(), 36U);  // our hello
}

SCENARIO("with any wire a connection that says nothing is dropped in time") {
  config.wire = wire_kind::any;
  start(board_role::server);
  pass(hello_timeout - 1ms);
  CHECK_EQ(ended(), errc::none);
  pass(1ms);
  CHECK_EQ(ended(), errc::silent);
  CHECK_EQ(said(), "");
}

SCENARIO("with any wire a connection may be crowded out or closed before it is known") {
  config.wire = wire_kind::any;
  start(board_role::server);
  end_with(errc::crowded);
  CHECK_EQ(ended(), errc::crowded);
  connection = caf::io::connection_handle::from_int(connection.id() + 1);
  start(board_role::server);
  peer_closes();
  CHECK_EQ(ended(), errc::closed);
}

SCENARIO("an LED bank that hangs is asked little, and for the newest levels once it goes on") {
  using slow_led_bank = ledactor::test::hanging<led_bank_actor>;
  sets asked;
  const slow_led_bank slow =
      own(sys.spawn([&asked](slow_led_bank::pointer me) -> slow_led_bank::behavior_type {
        auto held = std::make_shared<ledactor::test::held_answers>();
        return {[&asked, held, me](const peer_levels& l) {
                  asked.push_back(l.lit);
                  return held->hold(me);
                },
                [](caf::ping_atom) { CAF_FAIL("a session waits for nobody"); },
                [](attach_atom, const chip_actor&) { CAF_FAIL("no chips from a session"); },
                [held](caf::ok_atom) {
                  held->answer_first();
                }};
      }));
  start_seated();
  self->send(session, attach_atom_v, led_bank_actor{slow});
  consume_messages();
  for (int i = 0; i < 1000; ++i) {
    peer_says(i % 2 == 0 ? "1000" : "0100");
    pass(config.ece387_pace);
    said();
  }
  peer_says("0011");
  CHECK_EQ(asked.size(), max_ece387_ahead);
  self->send(slow, caf::ok_atom_v);
  consume_messages();
  CHECK_EQ(asked.back(), 0b1100U);
}

SCENARIO("what comes for a session that has ended does not wait there for ever") {
  start_seated();
  end_with(errc::kicked);
  peer_closes();
  CHECK_EQ(ended(), errc::kicked);
  pass(farewell_timeout);  // its timer
  panel_says(1);
  CHECK_EQ(waiting_messages(), 0);
}

SCENARIO("a session that has ended leaves no timer that would keep its memory") {
  start_seated();
  end_with(errc::kicked);  // which waits for its turn
  CHECK(sched.clock().has_pending_timeout());
  peer_closes();
  CHECK_EQ(ended(), errc::kicked);
  CHECK(!sched.clock().has_pending_timeout());
  connection = caf::io::connection_handle::from_int(connection.id() + 1);
  start_seated();
  peer_says("0000");  // is answered after the pace
  end_with(errc::cable);
  CHECK_EQ(ended(), errc::cable);
  CHECK(!sched.clock().has_pending_timeout());
}

END_FIXTURE_SCOPE()
