#define CAF_SUITE button

#include "actors/button.hpp"

#include "tests/actor_fixture.hpp"

using namespace ledactor;
using namespace std::chrono_literals;

namespace {

/// A button whose chip is the test: it sends the edges, and is asked for the line's level.
struct fixture : test::actor_fixture {
  fixture() { sched.clock().current_time = {}; }  // CAF's clock is that of the edges

  ~fixture() override { end_all(); }

  button_actor start(timestamp window) { return own(sys.spawn<button_impl>(7U, window, sink)); }

  /// Lets time pass, and answers the button when it wants the line read.
  void wait(caf::timespan span) {
    for (; span.count() > 0; span -= 1ms) {
      pass(std::min<caf::timespan>(span, 1ms));
      while (self->has_next_message()) {
        self->receive([this](read_atom, std::uint32_t number) {
          CHECK_EQ(number, 7U);
          ++reads;
          self->send(button, read_atom_v, line);
        });
        consume_messages();
      }
    }
  }

  /// An edge at `when`, told as soon as it happens.
  void at(timestamp when, bool level) {
    wait(when - now);
    now = when;
    line = level;
    self->send(button, edge{7, level, ++edges, when});
    consume_messages();
  }

  /// The line is read at `when`, and its level told.
  void read_at(timestamp when, bool level) {
    wait(when - now);
    now = when;
    line = level;
    self->send(button, read_atom_v, level);
    consume_messages();
  }

  /// What was reported since the last call, as levels.
  std::vector<bool> reports() {
    std::vector<bool> levels;
    for (const auto& change : std::exchange(log, {})) {
      CHECK_EQ(change.button, 7U);
      levels.push_back(change.pressed);
    }
    return levels;
  }

  std::vector<button_change> log;
  change_sink sink = test::record(*this, log);
  timestamp now = 0ms;
  std::uint64_t edges = 0;
  bool line = false;
  int reads = 0;
  button_actor button;
};

using levels_list = std::vector<bool>;

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("the first edge counts at once") {
  button = start(5ms);
  at(100ms, true);
  CHECK_EQ(log.size(), 1U);
  CHECK_EQ(log.front().when, timestamp{100ms});
  CHECK_EQ(log.front().edge, 1U);
}

SCENARIO("bounce after an edge is ignored") {
  button = start(5ms);
  at(100ms, true);
  at(101ms, false);
  at(102ms, true);
  at(103ms, false);
  at(104ms, true);
  wait(1s);
  CHECK_EQ(reports(), (levels_list{true}));
}

SCENARIO("a release within the window is reported when it ends") {
  button = start(5ms);
  at(100ms, true);
  at(102ms, false);
  CHECK_EQ(reports(), (levels_list{true}));
  wait(2ms);
  CHECK_EQ(reports(), (levels_list{}));
  wait(1ms);
  CHECK_EQ(log.at(0).when, timestamp{102ms});
  CHECK_EQ(reports(), (levels_list{false}));
}

SCENARIO("a difference that is reported late opens a window of its own") {
  button = start(5ms);
  at(100ms, true);
  at(102ms, false);
  at(106ms, true);  // the window of the release ends at 110 ms
  CHECK_EQ(reports(), (levels_list{true, false}));
  wait(4ms);
  CHECK_EQ(reports(), (levels_list{true}));
}

SCENARIO("an ignored edge is not believed when others of its bounce are still on their way") {
  button = start(5ms);
  at(100ms, true);
  at(104ms, false);
  line = true;  // it has settled, but the edge that tells so is late
  wait(1ms);
  CHECK_EQ(reads, 1);
  self->send(button, edge{7, true, ++edges, 104500us});
  consume_messages();
  wait(1s);
  CHECK_EQ(reports(), (levels_list{true}));
}

SCENARIO("an edge at the very end of the window counts") {
  button = start(5ms);
  at(100ms, true);
  at(105ms, false);
  CHECK_EQ(reports(), (levels_list{true, false}));
}

SCENARIO("an edge after the window overrules an ignored one whose timer is late") {
  button = start(5ms);
  at(100ms, true);
  at(104ms, false);
  // The edges at 104 and 106 ms are read in one go: the timer has had no chance.
  self->send(button, edge{7, true, ++edges, 106ms});
  consume_messages();
  wait(1s);
  CHECK_EQ(reports(), (levels_list{true}));
}

SCENARIO("a clean press needs no timer") {
  button = start(5ms);
  at(100ms, true);
  at(200ms, false);
  CHECK(!sched.clock().has_pending_timeout());
  CHECK_EQ(reports(), (levels_list{true, false}));
}

SCENARIO("without a window each edge counts") {
  button = start(0ms);
  at(100ms, true);
  at(100ms, false);
  at(100ms, true);
  CHECK_EQ(reports(), (levels_list{true, false, true}));
}

SCENARIO("a level that was read is reported if it is news") {
  button = start(5ms);
  self->send(button, read_atom_v, false);
  self->send(button, read_atom_v, false);
  self->send(button, read_atom_v, true);
  consume_messages();
  CHECK_EQ(reports(), (levels_list{false, true}));
}

SCENARIO("a read level overrules an ignored edge") {
  button = start(5ms);
  at(100ms, true);
  at(102ms, false);
  self->send(button, read_atom_v, true);
  consume_messages();
  wait(1s);
  CHECK_EQ(reports(), (levels_list{true}));
}

SCENARIO("the bounce of a press that was read is ignored") {
  button = start(5ms);
  read_at(10ms, false);
  read_at(101ms, true);  // the edge at 100 ms was lost
  at(102ms, false);
  at(103ms, true);
  wait(1s);
  CHECK_EQ(reports(), (levels_list{false, true}));
}

SCENARIO("edges that come after the level they led to was read are ignored") {
  button = start(5ms);
  read_at(10ms, false);
  read_at(104ms, true);
  for (const auto& [when, level] :
       {std::pair{timestamp{100ms}, true}, {timestamp{101ms}, false}, {timestamp{102ms}, true}}) {
    self->send(button, edge{7, level, ++edges, when});
  }
  consume_messages();
  CHECK_EQ(reports(), (levels_list{false, true}));
  wait(5ms);
  CHECK_EQ(reads, 1);
  wait(1s);
  CHECK_EQ(reports(), (levels_list{}));
}

SCENARIO("a release within the window of a press that was read is reported when it ends") {
  button = start(5ms);
  read_at(100ms, true);
  at(102ms, false);
  CHECK_EQ(reports(), (levels_list{true}));
  wait(3ms);
  CHECK_EQ(reports(), (levels_list{false}));
}

SCENARIO("an edge after the window of a level that was read counts at once") {
  button = start(5ms);
  read_at(100ms, true);
  at(106ms, false);
  CHECK_EQ(reports(), (levels_list{true, false}));
}

SCENARIO("a button at rest from the start counts the first edge at once") {
  button = start(5ms);
  read_at(0ms, false);
  at(1ms, true);
  CHECK_EQ(reports(), (levels_list{false, true}));
}

SCENARIO("a press that the first read was ahead of is reported for itself") {
  for (const auto window : {0ms, 5ms}) {
    button = start(window);
    read_at(now + 10ms, true);
    self->send(button, edge{7, true, 3, now - 1ms});
    consume_messages();
    wait(1s);
    REQUIRE_EQ(log.size(), 2U);
    CHECK_EQ(log[0].edge, 0U);
    CHECK_EQ(log[1].edge, 3U);
    CHECK_EQ(reports(), (levels_list{true, true}));
    at(now + 1s, false);
    CHECK_EQ(reports(), (levels_list{false}));
  }
}

SCENARIO("a button that is held from the start is not pressed by the bounce of its release") {
  button = start(5ms);
  read_at(10ms, true);
  at(1000ms, false);
  at(1001ms, true);
  at(1002ms, false);
  wait(1s);
  CHECK_EQ(reports(), (levels_list{true, false}));
}

SCENARIO("a button that is held from the start is not pressed by a bounce within its window") {
  button = start(5ms);
  read_at(10ms, true);
  at(11ms, false);
  at(12ms, true);
  wait(1s);
  CHECK_EQ(reports(), (levels_list{true}));
}

SCENARIO("without a window each edge counts, though the line was read after it") {
  button = start(0ms);
  read_at(10ms, true);
  self->send(button, edge{7, false, 1, 8ms});
  self->send(button, edge{7, true, 2, 9ms});
  consume_messages();
  CHECK_EQ(reports(), (levels_list{true, false, true}));
}

SCENARIO("a new listener is told the level") {
  button = start(5ms);
  at(100ms, true);
  std::vector<button_change> news;
  self->send(button, attach_atom_v, test::record(*this, news));
  consume_messages();
  CHECK_EQ(news.size(), 1U);
  CHECK(news.at(0).pressed);
  at(200ms, false);
  CHECK_EQ(news.size(), 2U);
  CHECK_EQ(log.size(), 1U);
}

SCENARIO("a negative window is refused") {
  const auto refused = own(sys.spawn<button_impl>(0U, timestamp{-1}, sink));
  CHECK(caf::actor_cast<caf::abstract_actor*>(refused)->getf(
      caf::abstract_actor::is_terminated_flag));
}

END_FIXTURE_SCOPE()
