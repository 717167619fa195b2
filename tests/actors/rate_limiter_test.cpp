#define CAF_SUITE rate_limiter

#include "actors/rate_limiter.hpp"

#include <caf/test/bdd_dsl.hpp>

using namespace ledactor;
using namespace std::chrono_literals;

namespace {

const rate_limiter::time_point start{1h};

/// How many events may happen at one moment.
int taken(rate_limiter& limiter, rate_limiter::time_point now) {
  int count = 0;
  while (count < 1000 && limiter.take(now)) {
    ++count;
  }
  return count;
}

}  // namespace

SCENARIO("as many events as the burst may happen at once, and then one each interval") {
  rate_limiter limiter{5, 100ms};
  CHECK_EQ(taken(limiter, start), 5);
  CHECK_EQ(taken(limiter, start + 99ms), 0);
  CHECK_EQ(taken(limiter, start + 100ms), 1);
  CHECK_EQ(taken(limiter, start + 350ms), 2);
}

SCENARIO("a pause fills the bucket, and no more than that") {
  rate_limiter limiter{5, 100ms};
  taken(limiter, start);
  CHECK_EQ(taken(limiter, start + 1h), 5);
}

SCENARIO("it tells when the next event may happen") {
  rate_limiter limiter{2, 100ms};
  CHECK(limiter.next() <= start);
  limiter.take(start);
  CHECK(limiter.next() <= start);
  limiter.take(start);
  CHECK(limiter.next() == start + 100ms);
  limiter.take(start + 50ms);  // which is refused, and costs nothing
  CHECK(limiter.next() == start + 100ms);
}
