#define CAF_SUITE child_table

#include "actors/child_table.hpp"

#include "tests/actor_fixture.hpp"

using namespace ledactor;
using namespace std::chrono_literals;

namespace {

struct fixture : test::actor_fixture {
  fixture() {
    for (const auto* name : {"chip", "panel", "control", "endpoint"}) {
      table.add(name, component::button, [this] { return spawn(); });
    }
  }

  ~fixture() override { end_all(); }

  caf::strong_actor_ptr spawn() {
    return caf::actor_cast<caf::strong_actor_ptr>(
        own(sys.spawn([](caf::event_based_actor*) -> caf::behavior {
          return {[](caf::ok_atom) {
          }};
        })));
  }

  std::int64_t restarts(const std::string& name) {
    return sys.metrics()
        .counter_instance("ledactor", "restarts", {{"actor", name}}, "", "1", true)
        ->value();
  }

  static caf::actor_addr address(const child& c) {
    return caf::actor_cast<caf::actor_addr>(c.running);
  }

  child_table table{sys.metrics()};
  child_table::clock_time start{100s};
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("the children are in the order of their starts, and have their places in it") {
  std::vector<std::string> names;
  for (const auto& c : table) {
    names.push_back(c.name);
  }
  CHECK_EQ(names, (std::vector<std::string>{"chip", "panel", "control", "endpoint"}));
  CHECK_EQ(table.chip().name, "chip");
  CHECK_EQ(table.control().name, "control");
  CHECK_EQ(table.endpoint().name, "endpoint");
}

SCENARIO("a child is found by the actor that it runs, and by no other") {
  CHECK(!table.any_running());
  auto& chip = table.chip();
  chip.running = chip.make();
  table.endpoint().running = table.endpoint().make();
  const auto first = address(chip);
  CHECK(table.find(first) == &chip);
  CHECK(table.find(address(table.endpoint())) == &table.endpoint());
  CHECK(table.find(caf::actor_cast<caf::actor_addr>(spawn())) == nullptr);
  chip.running = chip.make();
  CHECK(table.find(first) == nullptr);
  chip.running = nullptr;
  CHECK(table.any_running());
  table.endpoint().running = nullptr;
  CHECK(!table.any_running());
}

SCENARIO("the first start of a child is no restart, each further one is") {
  auto& chip = table.chip();
  child_table::count_start(chip);
  CHECK_EQ(restarts("chip"), 0);
  child_table::count_start(chip);
  child_table::count_start(chip);
  CHECK_EQ(restarts("chip"), 2);
  CHECK_EQ(restarts("endpoint"), 0);
}

SCENARIO("so many restarts are allowed within the window, and one more is not") {
  for (std::size_t i = 0; i < max_restarts; ++i) {
    CHECK(table.spend_restart(start));
  }
  CHECK(!table.spend_restart(start + restart_window));
}

SCENARIO("a restart counts for the window's length and no longer") {
  for (std::size_t i = 0; i < max_restarts; ++i) {
    CHECK(table.spend_restart(start));
  }
  CHECK(table.spend_restart(start + restart_window + 1ns));
}

END_FIXTURE_SCOPE()
