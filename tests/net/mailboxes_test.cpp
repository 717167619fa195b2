#define CAF_SUITE mailboxes

#include "net/native_wire.hpp"
#include "net/settle.hpp"
#include "tests/net/native_fixture.hpp"

using namespace ledactor;
using namespace ledactor::net;
using namespace ledactor::net::test;

namespace {

/// Most messages that a session's peer may cause in any one mailbox: its frames on their way to the
/// LED bank, and a few that come once.
constexpr std::size_t most = max_unacknowledged + 8;

/// How often each frame is sent: far more often than `most`.
constexpr std::size_t flood = 20'000;

/// A session whose neighbours do not run, so that their mailboxes show all that it sends.
struct flood_fixture : native_fixture {
  ~flood_fixture() override { end_all(); }

  /// The peer says it again and again; nobody else runs meanwhile.
  void peer_floods(const frame& f, std::size_t times = flood) {
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i < times; ++i) {
      append_frame(bytes, f);
    }
    const auto* const begin = reinterpret_cast<const caf::byte*>(bytes.data());
    mpx.virtual_send(connection, caf::byte_buffer{begin, begin + bytes.size()});
  }

  /// A session on a connection of its own, after those before it have ended.
  void start_anew(board_role role) {
    end_all();
    connection = caf::io::connection_handle::from_int(connection.id() + 1);
    start(role);
  }

  static std::vector<frame> all_frames(std::uint8_t peers_role) {
    return {peer_hello(peers_role), seat{},    wait{2, "other"},
            levels_frame{1, 1, 1},  ack{1, 1}, heartbeat{},
            bye{200, "later"}};
  }
};

}  // namespace

BEGIN_FIXTURE_SCOPE(flood_fixture)

SCENARIO("no frame, however often a client says it, fills a mailbox of the server's") {
  for (const bool is_seated : {false, true}) {
    for (const auto& f : all_frames(1)) {
      MESSAGE("frame " << f.index() + 1 << (is_seated ? " in the seat" : " in the queue"));
      start_anew(board_role::server);
      peer_says({peer_hello(1)});
      if (is_seated) {
        seat_peer();
      }
      peer_floods(f);
      CHECK(fullest_mailbox() <= most);
    }
  }
}

SCENARIO("no frame, however often a server says it, fills a mailbox of the client's") {
  for (const bool is_seated : {false, true}) {
    for (const auto& f : all_frames(0)) {
      MESSAGE("frame " << f.index() + 1 << (is_seated ? " in the seat" : " in the queue"));
      start_anew(board_role::client);
      peer_says({peer_hello(0)});
      if (is_seated) {
        peer_says({seat{}});
      }
      peer_floods(f);
      CHECK(fullest_mailbox() <= most);
    }
  }
}

SCENARIO("acknowledgements, however fast they come, do not fill the mailbox of who looks on") {
  words told;
  watcher = ledactor::test::record_news(*this, told);
  link_as_server();
  for (std::uint32_t seq = 1; seq <= flood; ++seq) {
    self->send(session, levels{seq, seq, timestamp{seq}});
    while (mpx.try_exec_runnable()) {
    }
    peer_floods(ack{seq, seq}, 1);
    mpx.output_buffer(connection).clear();
    mpx.impl_ptr(connection)->data_transferred(&mpx, 0, 0);
  }
  CHECK_EQ(link_metrics{sys}.received->value(), std::int64_t{flood + 1});  // and the hello
  CHECK_EQ(fullest_mailbox(), max_unanswered_news);
  consume_messages();
  CHECK_EQ(told.back(), fmt::format("round trip {} positive", flood));
}

SCENARIO("of places without end a client passes on some, and then the newest") {
  start(board_role::client);
  peer_says({peer_hello(0)});
  for (std::uint16_t place = 1000; place > 1; --place) {
    peer_says({wait{place, "other"}});
  }
  CHECK(news.size() <= place_burst + 1);  // and the greeting
  CHECK_EQ(news.at(1), "waiting 1000 other");
  peer_says({wait{1, "last"}});
  pass(config.heartbeat);
  CHECK_EQ(news.back(), "waiting 1 last");
  CHECK_EQ(greetings.size(), 1U);
}

SCENARIO("a place that is out of date is not told after the seat") {
  start(board_role::client);
  peer_says({peer_hello(0)});
  for (std::uint16_t place = 1000; place > 1; --place) {
    peer_says({wait{place, "other"}});
  }
  peer_says({seat{}, levels_frame{1, 1, 0}});
  pass(std::chrono::seconds{2});
  CHECK_EQ(news.back(), "linked there");
}

SCENARIO("nobody comes after a session before all that it has sent is dealt with") {
  using slow_led_bank = ledactor::test::hanging<led_bank_actor>;
  const slow_led_bank slow =
      own(sys.spawn([](slow_led_bank::pointer me) -> slow_led_bank::behavior_type {
        auto held = std::make_shared<ledactor::test::held_answers>();
        return {[](const peer_levels&) {}, [=](caf::ping_atom) { return held->hold(me); },
                [](attach_atom, const chip_actor&) {},
                [held](caf::ok_atom) {
                  held->answer_first();
                }};
      }));
  int settled = 0;
  const auto wait_for = [&](const led_bank_actor& led_bank) {
    session_neighbours neighbours;
    neighbours.supervisor = new_supervisor();
    neighbours.led_bank = led_bank;
    own(sys.spawn([&settled, neighbours](caf::event_based_actor* endpoint) {
      when_settled(endpoint, neighbours, [&settled] { ++settled; });
    }));
  };
  wait_for(slow);
  CHECK_EQ(news, words{"asked"});
  CHECK_EQ(settled, 0);
  self->send(slow, caf::ok_atom_v);
  consume_messages();
  CHECK_EQ(settled, 1);
  self->send_exit(slow, caf::exit_reason::kill);  // with all that was in its mailbox
  consume_messages();
  wait_for(slow);
  CHECK_EQ(settled, 2);
}

END_FIXTURE_SCOPE()
