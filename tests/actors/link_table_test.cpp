#define CAF_SUITE link_table

#include "actors/link_table.hpp"

#include "tests/actor_fixture.hpp"

using namespace ledactor;

namespace {

struct fixture : test::actor_fixture {
  ~fixture() override { end_all(); }

  caf::strong_actor_ptr spawn() {
    return caf::actor_cast<caf::strong_actor_ptr>(
        own(sys.spawn([](caf::event_based_actor*) -> caf::behavior {
          return {[](caf::ok_atom) {
          }};
        })));
  }

  static caf::actor_addr address(const caf::strong_actor_ptr& session) {
    return caf::actor_cast<caf::actor_addr>(session);
  }

  std::int64_t gauge() { return sys.metrics().gauge_singleton("ledactor", "link-up", "")->value(); }

  link_table links{sys.metrics()};
  caf::strong_actor_ptr first = spawn();
  caf::strong_actor_ptr second = spawn();
  caf::strong_actor_ptr stranger = spawn();
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a session joins once, whatever else it tells") {
  CHECK(links.empty());
  CHECK(links.join(first));
  CHECK(!links.join(first));
  CHECK(links.join(second));
  std::vector<caf::strong_actor_ptr> sessions;
  for (const auto& l : links) {
    sessions.push_back(l.session);
  }
  CHECK(sessions == (std::vector<caf::strong_actor_ptr>{first, second}));
}

SCENARIO("a link is up once its peer is linked, until its session has ended") {
  links.join(first);
  links.join(second);
  CHECK_EQ(links.linked(), 0U);
  links.set_up(first);
  links.set_up(first);
  links.set_up(second);
  links.set_up(stranger);
  CHECK_EQ(links.linked(), 2U);
  CHECK_EQ(gauge(), 2);
  const auto left = links.leave(address(first));
  REQUIRE(left.has_value());
  CHECK(left->session == first);
  CHECK(left->up);
  CHECK_EQ(links.linked(), 1U);
  CHECK_EQ(gauge(), 1);
}

SCENARIO("a session that was never linked takes no link along") {
  links.join(first);
  links.join(second);
  links.set_up(second);
  const auto left = links.leave(address(first));
  REQUIRE(left.has_value());
  CHECK(!left->up);
  CHECK_EQ(links.linked(), 1U);
  CHECK_EQ(gauge(), 1);
}

SCENARIO("the end of a session that has not joined, or has left, is nobody's") {
  links.join(first);
  CHECK(!links.leave(address(stranger)).has_value());
  CHECK(links.leave(address(first)).has_value());
  CHECK(!links.leave(address(first)).has_value());
  CHECK(links.empty());
}

SCENARIO("who has sat longest is kicked first, and each once") {
  links.join(first);
  links.join(second);
  CHECK(links.kick_longest() == first);
  CHECK(links.kick_longest() == second);
  CHECK(links.kick_longest() == nullptr);
}

SCENARIO("a session is kicked by its id, once, if it has joined") {
  links.join(first);
  links.join(second);
  CHECK(links.kick(second->id()) == second);
  CHECK(links.kick(second->id()) == nullptr);
  CHECK(links.kick(stranger->id()) == nullptr);
  CHECK(links.kick_longest() == first);
}

END_FIXTURE_SCOPE()
