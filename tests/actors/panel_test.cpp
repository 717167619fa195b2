#define CAF_SUITE panel

#include "actors/panel.hpp"

#include "tests/actor_fixture.hpp"

using namespace ledactor;

namespace {

struct fixture : test::actor_fixture {
  ~fixture() override { end_all(); }

  void change(std::uint32_t button, bool pressed) {
    self->send(panel, button_change{button, pressed, 1, timestamp{5}});
    consume_messages();
  }

  /// All buttons report that they are up, as at a board's start.
  void all_up() {
    for (std::uint32_t button = 0; button < num_buttons; ++button) {
      change(button, false);
    }
  }

  static constexpr std::uint32_t num_buttons = 64;
  std::vector<levels> log;
  panel_actor panel = own(sys.spawn<panel_impl>(std::size_t{num_buttons}));
  levels_sink sink = test::record(*this, log);
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("who attaches is told the levels as they are") {
  all_up();
  change(2, true);
  self->send(panel, attach_atom_v, sink);
  consume_messages();
  CHECK_EQ(log.size(), 1U);
  CHECK_EQ(log.at(0).pressed, 0b100U);
  CHECK_EQ(log.at(0).when, timestamp{0});
}

SCENARIO("each change is told, with all levels and its number") {
  all_up();
  self->send(panel, attach_atom_v, sink);
  change(0, true);
  change(63, true);
  change(0, false);
  CHECK_EQ(log.size(), 4U);
  CHECK_EQ(log.at(1).pressed, 1U);
  CHECK_EQ(log.at(2).pressed, (level_set{1} << 63U) | 1U);
  CHECK_EQ(log.at(3).pressed, level_set{1} << 63U);
  CHECK_EQ(log.at(3).seq, 3U);
  CHECK_EQ(log.at(3).when, timestamp{5});
}

SCENARIO("what changes nothing is not told") {
  all_up();
  self->send(panel, attach_atom_v, sink);
  change(1, false);
  change(1, true);
  change(1, true);
  CHECK_EQ(log.size(), 2U);
}

SCENARIO("all who attached are told, until they end") {
  all_up();
  std::vector<levels> others;
  const auto other = test::record(*this, others);
  self->send(panel, attach_atom_v, sink);
  self->send(panel, attach_atom_v, other);
  change(0, true);
  CHECK_EQ(others.size(), 2U);
  self->send_exit(other, caf::exit_reason::kill);
  consume_messages();
  change(0, false);
  CHECK_EQ(others.size(), 2U);
  CHECK_EQ(log.size(), 3U);
}

SCENARIO("until all buttons have reported, nobody is told") {
  self->send(panel, attach_atom_v, sink);
  for (std::uint32_t button = 0; button + 1 < num_buttons; ++button) {
    change(button, button == 2);
  }
  change(3, true);
  change(3, false);
  CHECK(log.empty());
  std::vector<levels> others;
  self->send(panel, attach_atom_v, test::record(*this, others));
  consume_messages();
  CHECK(others.empty());
  change(num_buttons - 1, false);  // which changes nothing, but is the last
  REQUIRE_EQ(log.size(), 1U);
  CHECK_EQ(log.at(0).pressed, 0b100U);
  CHECK_EQ(others.size(), 1U);
}

SCENARIO("the last report may be a press, and is told once") {
  self->send(panel, attach_atom_v, sink);
  for (std::uint32_t button = 0; button + 1 < num_buttons; ++button) {
    change(button, false);
  }
  change(num_buttons - 1, true);
  REQUIRE_EQ(log.size(), 1U);
  CHECK_EQ(log.at(0).pressed, level_set{1} << 63U);
  CHECK_EQ(log.at(0).seq, 1U);
}

SCENARIO("a button that starts again does not silence the panel") {
  all_up();
  self->send(panel, attach_atom_v, sink);
  change(5, false);
  change(6, true);
  CHECK_EQ(log.size(), 2U);
}

END_FIXTURE_SCOPE()
