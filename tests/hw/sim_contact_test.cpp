#define CAF_SUITE sim_contact

#include "hw/sim_contact.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <vector>

using namespace ledactor::hw;
using namespace std::chrono_literals;

namespace {

/// All levels that the contact takes, up to a moment.
std::vector<bool> run(sim_contact& contact, timestamp until) {
  std::vector<bool> levels;
  while (const auto flip = contact.take_due(until)) {
    levels.push_back(flip->active);
  }
  return levels;
}

using list = std::vector<bool>;

}  // namespace

SCENARIO("a perfect contact follows the finger, once a move") {
  sim_contact contact{0ms, 1};
  contact.press(10ms, std::nullopt);
  contact.press(11ms, std::nullopt);
  CHECK_EQ(run(contact, 20ms), list{true});
  contact.release(30ms);
  contact.release(31ms);
  CHECK_EQ(run(contact, 40ms), list{false});
  CHECK(!contact.next_event());
}

SCENARIO("a press for a while ends by itself") {
  sim_contact contact{0ms, 1};
  contact.press(10ms, 50ms);
  CHECK_EQ(run(contact, 59ms), list{true});
  CHECK(contact.next_event() == 60ms);
  CHECK_EQ(run(contact, 60ms), list{false});
}

SCENARIO("a new press overrules the end of the last") {
  sim_contact contact{0ms, 1};
  contact.press(10ms, 50ms);
  contact.press(20ms, std::nullopt);
  CHECK_EQ(run(contact, 1s), list{true});
}

SCENARIO("a bouncing contact chatters for no longer than its bounce, and settles right") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    sim_contact contact{3ms, seed};
    contact.press(10ms, std::nullopt);
    auto levels = run(contact, 13ms);
    CHECK(levels.size() >= 3);
    CHECK_EQ(levels.size() % 2, 1U);
    CHECK(contact.is_active_at(13ms));
    CHECK(!contact.next_event());
    contact.release(20ms);
    levels = run(contact, 23ms);
    CHECK(!contact.is_active_at(23ms));
    CHECK(!contact.next_event());
  }
}

SCENARIO("the first flip of a bounce comes at once") {
  sim_contact contact{3ms, 7};
  contact.press(10ms, std::nullopt);
  CHECK_EQ(run(contact, 10ms), list{true});
}

SCENARIO("a flip tells when it was due, however late it is taken") {
  sim_contact contact{0ms, 1};
  contact.press(10ms, 50ms);
  CHECK(contact.take_due(1s)->when == 10ms);
  CHECK(contact.take_due(1s)->when == 60ms);
}

SCENARIO("the level at a moment counts the flips that nobody has taken yet") {
  sim_contact contact{3ms, 7};
  contact.press(10ms, 50ms);
  CHECK(!contact.is_active_at(9ms));
  CHECK(contact.is_active_at(10ms));
  CHECK(contact.is_active_at(13ms));
  CHECK(!contact.is_active_at(60ms));
}

SCENARIO("a finger that moves during the chatter still gets its way") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    sim_contact contact{3ms, seed};
    contact.press(10ms, std::nullopt);
    run(contact, 11ms);
    contact.release(11ms);
    run(contact, 1s);
    CHECK(!contact.is_active_at(1s));
  }
}
