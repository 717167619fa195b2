#define CAF_SUITE doorstep

#include "net/doorstep.hpp"

#include <caf/test/bdd_dsl.hpp>

using namespace ledactor::net;

namespace {

/// Who goes when this one comes; 0: nobody.
caf::actor_id dropped_by(doorstep& step, caf::actor_id who, const std::string& address) {
  const auto dropped = step.arrive(who, address);
  return dropped ? dropped->who : 0;
}

}  // namespace

SCENARIO("an address may have so many connections, then its oldest goes for its newest") {
  doorstep step{max_fresh};
  for (caf::actor_id id = 1; id <= max_fresh / 2; ++id) {
    CHECK(!step.arrive(id, "10.0.0.1"));
  }
  CHECK(!step.arrive(100, "10.0.0.2"));
  CHECK_EQ(dropped_by(step, 101, "10.0.0.1"), 1U);
  CHECK_EQ(dropped_by(step, 102, "10.0.0.1"), 2U);
  CHECK_EQ(step.size(), max_fresh / 2 + 1);
}

SCENARIO("when all places are taken, the oldest of the address that has most goes") {
  doorstep step{max_fresh};
  step.arrive(1, "friend");
  for (caf::actor_id id = 2; id <= max_fresh; ++id) {
    CHECK(!step.arrive(id, id <= 33 ? "many" : "few"));
  }
  CHECK_EQ(step.size(), max_fresh);
  CHECK_EQ(dropped_by(step, 100, "new"), 2U);
  CHECK_EQ(dropped_by(step, 101, "new"), 3U);
  CHECK_EQ(dropped_by(step, 102, "new"), 34U);
  CHECK_EQ(step.size(), max_fresh);
  CHECK_EQ(step.leave(1), std::optional<std::string>{"friend"});
}

SCENARIO("who has left makes room, and is not known any more") {
  doorstep step{max_fresh};
  for (caf::actor_id id = 1; id <= max_fresh / 2; ++id) {
    step.arrive(id, "10.0.0.1");
  }
  CHECK_EQ(step.leave(3), std::optional<std::string>{"10.0.0.1"});
  CHECK(!step.leave(3));
  CHECK(!step.arrive(100, "10.0.0.1"));
}

SCENARIO("few places are shared out alike") {
  doorstep step{4};
  CHECK(!step.arrive(1, "10.0.0.1"));
  CHECK(!step.arrive(2, "10.0.0.1"));
  CHECK_EQ(dropped_by(step, 3, "10.0.0.1"), 1U);
  CHECK(!step.arrive(4, "10.0.0.2"));
  CHECK(!step.arrive(5, "10.0.0.3"));
  CHECK_EQ(dropped_by(step, 6, "10.0.0.4"), 2U);
}
