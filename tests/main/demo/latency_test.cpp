#define CAF_SUITE latency

#include "main/demo/latency.hpp"

#include <caf/test/bdd_dsl.hpp>

using namespace ledactor::demo;
using namespace std::chrono_literals;

SCENARIO("with no times there is nothing to tell") {
  const latency none;
  CHECK_EQ(none.count(), 0U);
  CHECK(none.last() == 0ns);
  CHECK(none.median() == 0ns);
}

SCENARIO("quantiles are times that were measured") {
  latency times;
  for (int i = 100; i >= 1; --i) {
    times.add(std::chrono::milliseconds{i});
  }
  CHECK(times.last() == 1ms);
  CHECK(times.median() == 50ms);
  CHECK(times.quantile(0.99) == 99ms);
  CHECK(times.quantile(1) == 100ms);
  CHECK(times.quantile(0) == 1ms);
}

SCENARIO("only the newest times count") {
  latency times;
  times.add(1h);
  for (std::size_t i = 0; i < latency::window; ++i) {
    times.add(1ms);
  }
  CHECK_EQ(times.count(), latency::window + 1);
  CHECK(times.quantile(1) == 1ms);
}

SCENARIO("times are put into words") {
  CHECK_EQ(in_words(210us), "0.21 ms");
  CHECK_EQ(in_words(52ms), "52 ms");
  CHECK_EQ(in_words(2500ms), "2.50 s");
}
