#define CAF_SUITE finger_leases

#include "web/finger_leases.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace ledactor::web;
using namespace std::chrono_literals;

namespace {

/// A board of fingers, and a clock that moves when it is told to.
struct fixture {
  using words = std::vector<std::string>;
  using span = std::optional<std::chrono::milliseconds>;

  bool press(std::uint32_t input, const std::string& viewer, span how_long = std::nullopt) {
    return leases.press(input, viewer, how_long, now);
  }

  bool release(std::uint32_t input, const std::string& viewer) {
    return leases.release(input, viewer, now);
  }

  void end_stream(const std::string& viewer) { leases.end_stream(viewer, now); }

  /// Lets time pass, from one end of a press to the next, as the server's timer does.
  void advance(std::chrono::milliseconds by) {
    const auto then = now + by;
    while (leases.next_end() && *leases.next_end() <= then) {
      now = std::max(now, *leases.next_end());
      leases.expire(now);
    }
    now = then;
  }

  /// What the fingers did since the last look.
  words take() { return std::exchange(moves, {}); }

  bool keeps_up = true;
  words moves;
  finger_leases leases{[this](std::uint32_t input, bool pressed) {
    if (keeps_up) {
      moves.push_back((pressed ? "press " : "release ") + std::to_string(input));
    }
    return keeps_up;
  }};
  finger_leases::time_point now{1h};
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a press with a time ends at that time, and not before") {
  CHECK(press(3, "", 250ms));
  CHECK(press(4, "one", 100ms));
  CHECK_EQ(take(), (words{"press 3", "press 4"}));
  advance(99ms);
  CHECK(take().empty());
  advance(1ms);
  CHECK_EQ(take(), words{"release 4"});
  advance(150ms);
  CHECK_EQ(take(), words{"release 3"});
  CHECK(!leases.next_end());
}

SCENARIO(
    "a press with neither time nor viewer ends after a minute, and none lives longer by time") {
  press(0, "");
  press(1, "", 24h);
  take();
  advance(max_lease - 1ms);
  CHECK(take().empty());
  advance(1ms);
  CHECK_EQ(take(), (words{"release 0", "release 1"}));
}

SCENARIO("a viewer's press lives as long as its stream, however long that is") {
  leases.begin_stream("one");
  press(2, "one");
  take();
  CHECK(!leases.next_end());
  advance(24h);
  CHECK(take().empty());
  end_stream("one");
  advance(stream_grace - 1ms);
  CHECK(take().empty());
  advance(1ms);
  CHECK_EQ(take(), words{"release 2"});
}

SCENARIO("a stream that is opened again in time keeps the press") {
  leases.begin_stream("one");
  press(2, "one");
  take();
  end_stream("one");
  advance(stream_grace - 1ms);
  leases.begin_stream("one");
  advance(24h);
  CHECK(take().empty());
  leases.begin_stream("one");  // the next one comes before the last is known to be dead
  end_stream("one");
  advance(24h);
  CHECK(take().empty());
  end_stream("one");
  advance(stream_grace);
  CHECK_EQ(take(), words{"release 2"});
}

SCENARIO("a press whose viewer has no stream waits for one for a while") {
  press(0, "late");
  press(1, "never");
  take();
  advance(stream_grace - 1ms);
  leases.begin_stream("late");
  advance(24h);
  CHECK_EQ(take(), words{"release 1"});
}

SCENARIO("a stream keeps its own viewer's presses, and none that has named its time") {
  leases.begin_stream("one");
  press(0, "one", 100ms);
  press(1, "two");
  press(2, "");
  take();
  leases.begin_stream("one");
  advance(100ms);
  CHECK_EQ(take(), words{"release 0"});
  end_stream("stranger");
  advance(max_lease);
  CHECK_EQ(take(), (words{"release 1", "release 2"}));
}

SCENARIO("a button that two viewers hold is down until both have let go") {
  leases.begin_stream("one");
  leases.begin_stream("two");
  press(5, "one");
  press(5, "two");
  take();
  CHECK(release(5, "one"));
  CHECK(take().empty());
  end_stream("two");
  advance(stream_grace);
  CHECK_EQ(take(), words{"release 5"});
  CHECK(release(5, "two"));  // long gone
  CHECK(take().empty());
}

SCENARIO("who dies releases nothing that somebody else holds") {
  leases.begin_stream("one");
  press(5, "one");
  press(5, "", 100ms);
  take();
  end_stream("one");
  press(5, "two", 10s);
  advance(5s);
  CHECK_EQ(take(), words{"press 5"});
  advance(5s);
  CHECK_EQ(take(), words{"release 5"});
}

SCENARIO("a press that is repeated begins its time anew") {
  press(1, "one", 100ms);
  advance(50ms);
  press(1, "one", 100ms);
  take();
  advance(99ms);
  CHECK(take().empty());
  advance(1ms);
  CHECK_EQ(take(), words{"release 1"});
}

SCENARIO("a release without a viewer is for all, and even of what nobody here holds") {
  press(1, "one", 10s);
  press(1, "two", 20s);
  take();
  CHECK(leases.release_for_all(1, now));
  CHECK_EQ(take(), words{"release 1"});
  CHECK(!leases.next_end());
  CHECK(leases.release_for_all(1, now));  // a line on stdin may have pressed it
  CHECK_EQ(take(), words{"release 1"});
}

SCENARIO(
    "a press that the board has no room for is none, and a release is tried until it is done") {
  keeps_up = false;
  CHECK(!press(0, "one", 10s));
  CHECK(!leases.next_end());
  keeps_up = true;
  press(0, "one", 100ms);
  press(1, "two", 10s);
  press(2, "", 10s);
  take();
  keeps_up = false;
  advance(100ms);
  CHECK(!release(1, "two"));
  CHECK(!leases.release_for_all(2, now));
  advance(20 * release_retry);
  CHECK(take().empty());
  keeps_up = true;
  advance(release_retry);
  auto released = take();
  std::sort(released.begin(), released.end());
  CHECK_EQ(released, (words{"release 0", "release 1", "release 2"}));
  CHECK(!leases.next_end());
}

SCENARIO("there are only so many presses at a time") {
  for (std::uint32_t i = 0; i < max_leases; ++i) {
    REQUIRE(press(i % 64, "viewer-" + std::to_string(i)));
  }
  CHECK(!press(0, "one-more"));
  CHECK(press(0, "viewer-0"));
  advance(stream_grace);
  CHECK(press(0, "one-more"));
}

SCENARIO("who keeps the time is told when it may have to look earlier") {
  int told = 0;
  leases.on_change([&] { ++told; });
  press(0, "one", 10s);
  CHECK_EQ(std::exchange(told, 0), 1);
  leases.begin_stream("one");
  CHECK_EQ(std::exchange(told, 0), 1);
  end_stream("one");
  CHECK_EQ(std::exchange(told, 0), 1);
  keeps_up = false;
  release(0, "one");
  CHECK_EQ(told, 1);
  CHECK(leases.next_end() == now + release_retry);
}

END_FIXTURE_SCOPE()
