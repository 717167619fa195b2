#define CAF_SUITE keypad

#include "main/demo/keypad.hpp"

#include <caf/test/bdd_dsl.hpp>

using namespace ledactor::demo;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t key = 3;

/// A moment; 0 is not one, since a clock does not start there.
clock::time_point at(std::chrono::milliseconds time) {
  return clock::time_point{1h + time};
}

struct fixture {
  keypad pad;

  bool down_at(std::chrono::milliseconds time) {
    pad.expire(at(time));
    return pad.down(key);
  }
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a tap holds its button a moment") {
  pad.strike(key, false, at(0ms));
  CHECK(down_at(599ms));
  CHECK(pad.next_expiry() == at(600ms));
  CHECK(!down_at(600ms));
  CHECK(!pad.next_expiry());
}

SCENARIO("a key that repeats holds its button until the repeats end") {
  pad.strike(key, false, at(0ms));
  for (auto time = 500ms; time <= 2000ms; time += 30ms) {
    CHECK(down_at(time));
    pad.strike(key, false, at(time));
  }
  CHECK(down_at(2199ms));
  CHECK(!down_at(2200ms));
}

SCENARIO("a second tap does not shorten the first") {
  pad.strike(key, false, at(0ms));
  pad.strike(key, false, at(100ms));
  CHECK(down_at(599ms));
  CHECK(!down_at(600ms));
}

SCENARIO("a latched button stays down until its key is struck again") {
  pad.strike(key, true, at(0ms));
  CHECK(!pad.next_expiry());
  CHECK(down_at(1h));
  pad.strike(key, false, at(1h));
  CHECK(!down_at(1h));
}

SCENARIO("the repeats of a latching key do not unlatch it") {
  pad.strike(key, true, at(0ms));
  for (auto time = 500ms; time <= 2000ms; time += 30ms) {
    pad.strike(key, true, at(time));
    CHECK(down_at(time));
  }
}

SCENARIO("the mouse holds a button just as long as it is held") {
  pad.grab(key);
  CHECK(!pad.next_expiry());
  CHECK(down_at(1h));
  pad.let_go(key);
  CHECK(!down_at(1h));
}

SCENARIO("letting go with the mouse leaves a latched button alone") {
  pad.strike(key, true, at(0ms));
  pad.let_go(key);
  CHECK(down_at(1h));
}

SCENARIO("a key kept down while its board is replaced does nothing to the next board") {
  pad.strike(key, false, at(0ms));
  pad.spend(0, keypad::keys, at(550ms));
  CHECK(!down_at(550ms));
  for (auto time = 580ms; time <= 2000ms; time += 30ms) {
    pad.strike(key, false, at(time));
    CHECK(!down_at(time));
  }
  CHECK(!down_at(2600ms));
  pad.strike(key, false, at(2600ms));
  CHECK(down_at(2600ms));
}

SCENARIO("only the replaced board's buttons are let go") {
  pad.strike(key, true, at(0ms));
  pad.strike(key + 1, true, at(0ms));
  pad.strike(key + 2, true, at(0ms));
  pad.spend(key + 1, 1, at(1ms));
  CHECK(pad.down(key));
  CHECK(!pad.down(key + 1));
  CHECK(pad.down(key + 2));
}

END_FIXTURE_SCOPE()
