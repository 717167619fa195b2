#define CAF_SUITE handshake_limiter

#include "net/handshake_limiter.hpp"

#include <caf/test/bdd_dsl.hpp>
#include <fmt/format.h>

using namespace ledactor;
using namespace ledactor::net;
using namespace std::chrono_literals;

namespace {

const handshake_limiter::time_point start{1h};

/// How many of a flood of connections from each of these addresses may begin, in 10 s.
int admitted(handshake_limiter& limiter, int addresses, handshake_limiter::time_point from) {
  int count = 0;
  for (auto now = from; now < from + 10s; now += 5ms) {
    for (int i = 0; i < addresses; ++i) {
      count += limiter.admits(fmt::format("10.0.0.{}", i), now) ? 1 : 0;
    }
  }
  return count;
}

}  // namespace

SCENARIO("an address begins a burst of handshakes, and then so many a second") {
  handshake_limiter limiter;
  CHECK_EQ(admitted(limiter, 1, start), handshake_burst + 10s / handshake_interval - 1);
}

SCENARIO("many addresses together begin so many a second") {
  handshake_limiter limiter;
  const auto most = all_handshakes_burst + 10s / all_handshakes_interval;
  CHECK(admitted(limiter, 30, start) <= most);
  CHECK(admitted(limiter, 30, start + 10s) <= 10s / all_handshakes_interval + 1);
}

SCENARIO("one address that floods leaves others their share") {
  handshake_limiter limiter;
  admitted(limiter, 1, start);
  for (int i = 0; i < 60; ++i) {
    limiter.admits("10.0.0.0", start + 10s);
  }
  CHECK(limiter.admits("10.0.9.9", start + 10s));
}

SCENARIO("friends come in whatever strangers do") {
  handshake_limiter limiter;
  limiter.befriend("friend");
  for (auto now = start; now < start + 30s; now += 10s) {
    for (int i = 0; i < 1000; ++i) {
      limiter.admits(fmt::format("stranger {}", i), now);
    }
    CHECK(!limiter.admits("another stranger", now));
    CHECK(limiter.admits("friend", now));
  }
}

SCENARIO("a client that dials with pauses that double is always let in") {
  handshake_limiter limiter;
  auto now = start;
  for (auto pause = 125ms; pause < 5s; pause *= 2) {
    CHECK(limiter.admits("board", now));
    now += pause;
  }
}

SCENARIO("a friend's flood is bounded, too") {
  handshake_limiter limiter;
  limiter.befriend("10.0.0.0");
  CHECK_EQ(admitted(limiter, 1, start), handshake_burst + 10s / handshake_interval - 1);
}

SCENARIO("of addresses without end few are remembered, and a friend longer than a stranger") {
  handshake_limiter limiter;
  limiter.befriend("friend");
  for (int i = 0; i < 100'000; ++i) {
    limiter.admits(fmt::format("stranger {}", i), start);
  }
  CHECK(!limiter.admits("another stranger", start));
  CHECK(limiter.admits("friend", start));
}
