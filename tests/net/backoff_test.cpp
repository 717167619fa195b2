#define CAF_SUITE backoff

#include "net/backoff.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <set>

using namespace ledactor::net;
using namespace std::chrono_literals;

SCENARIO("pauses double up to the longest, each between its half and its whole") {
  backoff pauses{100ms, 350ms};
  for (const auto whole : {100ms, 200ms, 350ms, 350ms}) {
    const auto pause = pauses.next();
    CHECK(pause >= whole / 2);
    CHECK(pause <= whole);
  }
}

SCENARIO("pauses have some chance in them") {
  std::set<caf::timespan> seen;
  for (int board = 0; board < 20; ++board) {
    seen.insert(backoff{1s, 1s}.next());
  }
  CHECK(seen.size() > 10);
}

SCENARIO("after a success the next pause is the first again") {
  backoff pauses{100ms, 10s};
  for (int i = 0; i < 5; ++i) {
    pauses.next();
  }
  pauses.reset();
  CHECK(pauses.next() <= 100ms);
}
