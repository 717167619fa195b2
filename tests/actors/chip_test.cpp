#define CAF_SUITE chip

#include "actors/chip.hpp"

#include "tests/actor_fixture.hpp"

#include <future>
#include <thread>

using namespace ledactor;
using namespace std::chrono_literals;

namespace {

/// A board whose edges, levels and faults the test makes.
struct fake_board final : hw::board {
  struct world {
    hw::board_events events;
    hw::input_levels inputs;
    std::vector<level_set> writes;
    std::optional<hw::error> fault;
    bool open = false;
  };

  explicit fake_board(world& w) : world_(w) { world_.open = true; }
  ~fake_board() override { world_.open = false; }

  std::variant<hw::input_levels, hw::error> read_inputs() override {
    if (world_.fault) {
      return *world_.fault;
    }
    return world_.inputs;
  }

  std::optional<hw::error> write_leds(hw::level_set lit) override {
    world_.writes.push_back(lit);
    return world_.fault;
  }

private:
  world& world_;
};

/// From one check of the levels to the next.
constexpr timestamp check_every = 1s;

struct fixture : test::actor_fixture {
  fixture() { sched.clock().current_time = {}; }  // CAF's clock is that of the edges

  ~fixture() override { end_all(); }

  /// What a button is told: an edge's number, or a level that was read.
  struct told {
    std::uint64_t edge;
    bool level;
    bool operator==(const told&) const = default;
  };

  chip_actor start() {
    return own(sys.spawn<chip_impl>(
        owner,
        [this](hw::board_events events) -> std::variant<std::unique_ptr<hw::board>, hw::error> {
          if (world.fault) {
            return *world.fault;
          }
          world.events = std::move(events);
          return std::make_unique<fake_board>(world);
        },
        std::size_t{4}, check_every));
  }

  button_actor recorder(std::vector<told>& log) {
    return own(sys.spawn([&log]() -> button_actor::behavior_type {
      return {[&log](const edge& e) {
                log.push_back({e.number, e.active});
              },
              [&log](read_atom, bool level) {
                log.push_back({0, level});
              },
              [](attach_atom, const change_sink&) {
                CAF_FAIL("a chip attaches nobody");
              }};
    }));
  }

  void attach(std::uint32_t input, const button_actor& button) {
    self->send(chip, attach_atom_v, input, button);
    consume_messages();
  }

  void report(std::uint32_t input, bool active, std::uint64_t number,
              timestamp when = timestamp{7}) {
    world.events.on_edge({input, active, number, when});
    consume_messages();
  }

  std::int64_t corrected() {
    return sys.metrics().counter_singleton("ledactor", "levels-corrected", "", "1", true)->value();
  }

  caf::error end_of(const chip_actor& actor) {
    self->monitor(actor);
    caf::error reason;
    self->receive([&](const caf::down_msg& down) { reason = down.reason; });
    return reason;
  }

  chip_owner counting_owner() {
    return own(sys.spawn([this]() -> chip_owner::behavior_type {
      return {[this](open_atom) {
        ++opened;
      }};
    }));
  }

  int opened = 0;
  chip_owner owner = counting_owner();
  fake_board::world world;
  std::vector<told> first;
  std::vector<told> control;
  chip_actor chip;
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a button is told its level when it attaches, and then its edges") {
  world.inputs = {.buttons = 0b0001, .control = false};
  chip = start();
  attach(0, recorder(first));
  attach(4, recorder(control));
  report(0, false, 1);
  report(4, true, 2);
  CHECK((first == std::vector<told>{{0, true}, {1, false}}));
  CHECK((control == std::vector<told>{{0, false}, {2, true}}));
}

SCENARIO("after a gap in the edges' numbers all lines are read") {
  chip = start();
  attach(0, recorder(first));
  attach(4, recorder(control));
  report(0, true, 1);
  world.inputs = {.buttons = 0, .control = true};
  report(0, true, 5);
  CHECK((first == std::vector<told>{{0, false}, {1, true}, {0, false}, {5, true}}));
  CHECK((control == std::vector<told>{{0, false}, {0, true}}));
  CHECK_EQ(sys.metrics().counter_singleton("ledactor", "edges-lost", "", "1", true)->value(), 3);
  CHECK_EQ(sys.metrics().counter_singleton("ledactor", "edges", "", "1", true)->value(), 2);
}

SCENARIO("a level that changes without an edge is told at the second check, and counted") {
  chip = start();
  attach(0, recorder(first));
  attach(4, recorder(control));
  world.inputs = {.buttons = 0b0001, .control = true};
  pass(check_every);
  CHECK((first == std::vector<told>{{0, false}}));
  pass(check_every);
  CHECK((first == std::vector<told>{{0, false}, {0, true}}));
  CHECK((control == std::vector<told>{{0, false}, {0, true}}));
  CHECK_EQ(corrected(), 2);
  pass(10 * check_every);
  CHECK_EQ(first.size(), 2U);
  CHECK_EQ(corrected(), 2);
}

SCENARIO("a level that is different at one check alone is not corrected") {
  chip = start();
  attach(0, recorder(first));
  for (int i = 0; i < 5; ++i) {
    world.inputs.buttons = 1;
    pass(check_every);
    world.inputs.buttons = 0;
    pass(check_every);
  }
  CHECK_EQ(first.size(), 1U);
  CHECK_EQ(corrected(), 0);
}

SCENARIO("an edge that is on its way at a check is not taken for a lost one") {
  chip = start();
  attach(0, recorder(first));
  world.inputs.buttons = 1;
  pass(check_every);
  report(0, true, 1, check_every - 1ms);
  pass(10 * check_every);
  CHECK((first == std::vector<told>{{0, false}, {1, true}}));
  CHECK_EQ(corrected(), 0);
}

SCENARIO("while edges are late, others may be on their way, and nothing is corrected") {
  chip = start();
  attach(0, recorder(first));
  attach(4, recorder(control));
  world.inputs = {.buttons = 0b0001, .control = true};
  pass(check_every);
  report(4, true, 1, check_every - 2ms);
  pass(check_every);
  report(0, true, 2, check_every - 1ms);
  pass(10 * check_every);
  CHECK((first == std::vector<told>{{0, false}, {2, true}}));
  CHECK_EQ(corrected(), 0);
}

SCENARIO("a line that chatters does not hide what another has lost") {
  chip = start();
  attach(0, recorder(first));
  attach(4, recorder(control));
  world.inputs.buttons = 1;
  constexpr auto pause = check_every / 5;
  timestamp now{0};
  for (std::uint64_t number = 1; number <= 10; ++number, now += pause) {
    world.inputs.control = !world.inputs.control;
    report(4, world.inputs.control, number, now);
    pass(pause);
  }
  CHECK((first == std::vector<told>{{0, false}, {0, true}}));
  CHECK_EQ(corrected(), 1);
}

SCENARIO("while the board's reader is held back, nothing is corrected") {
  chip = start();
  attach(0, recorder(first));
  for (std::uint64_t number = 1; number <= max_edges_under_way; ++number) {
    report(1, number % 2 == 1, number);  // which nobody takes yet
  }
  world.inputs.buttons = 1;
  pass(10 * check_every);
  CHECK_EQ(first.size(), 1U);
  std::vector<told> second;
  attach(1, recorder(second));
  pass(2 * check_every);
  CHECK((first == std::vector<told>{{0, false}, {0, true}}));
  CHECK_EQ(second.size(), max_edges_under_way + 1);
  CHECK_EQ(corrected(), 1);
}

SCENARIO("a button that was told a level by request is not corrected") {
  chip = start();
  attach(0, recorder(first));
  world.inputs.buttons = 1;
  pass(check_every);
  self->send(chip, read_atom_v, std::uint32_t{0});
  pass(10 * check_every);
  CHECK((first == std::vector<told>{{0, false}, {0, true}}));
  CHECK_EQ(corrected(), 0);
}

SCENARIO("a board that is gone is noticed by a check") {
  chip = start();
  world.fault = hw::error{hw::fault::lost, "gone"};
  pass(check_every);
  CHECK_EQ(end_of(chip), errc::board_lost);
}

SCENARIO("a chip that has ended leaves no timer that would keep its memory") {
  chip = start();
  CHECK(sched.clock().has_pending_timeout());
  self->send_exit(chip, caf::exit_reason::user_shutdown);
  consume_messages();
  CHECK(!sched.clock().has_pending_timeout());
}

SCENARIO("LEDs are written as asked, and the asker hears when it is done") {
  chip = start();
  bool done = false;
  auto asker = own(sys.spawn([&](caf::event_based_actor* me) {
    me->request(chip, caf::infinite, write_atom_v, level_set{5}, std::uint32_t{1}).then([&] {
      done = true;
    });
  }));
  consume_messages();
  CHECK_EQ(world.writes, std::vector<level_set>{5});
  CHECK(done);
}

SCENARIO("who owns a chip is told when its board is open") {
  chip = start();
  CHECK_EQ(opened, 1);
}

SCENARIO("a board that cannot be opened ends the chip with the cause") {
  world.fault = hw::error{hw::fault::no_permission, "not yours"};
  chip = start();
  CHECK_EQ(opened, 0);
  const auto reason = end_of(chip);
  CHECK_EQ(reason, errc::no_permission);
  CHECK_EQ(reason.context().get_as<std::string>(0), "not yours");
}

SCENARIO("a board that fails in use ends the chip and is released") {
  chip = start();
  world.fault = hw::error{hw::fault::lost, "gone"};
  self->send(chip, write_atom_v, level_set{1}, std::uint32_t{1});
  consume_messages();
  CHECK_EQ(end_of(chip), errc::board_lost);
  CHECK(!world.open);
}

SCENARIO("a failure that the board reports by itself ends the chip") {
  chip = start();
  world.events.on_failure({hw::fault::lost, "unplugged"});
  consume_messages();
  CHECK_EQ(end_of(chip), errc::board_lost);
}

/// A board that fails when its reader thread has as many edges under way as may be, and one more to
/// come, as a real one's may have. The reader runs only while the chip does, since the scheduler
/// that tests have is for one thread.
struct busy_board final : hw::board {
  explicit busy_board(hw::board_events events) : events_(std::move(events)) {}
  ~busy_board() override { reader_.join(); }

  std::variant<hw::input_levels, hw::error> read_inputs() override { return hw::input_levels{}; }

  std::optional<hw::error> write_leds(hw::level_set) override {
    reader_ = std::thread{[this] {
      for (std::uint64_t number = 1; number <= max_edges_under_way; ++number) {
        events_.on_edge({0, number % 2 == 1, number, timestamp{7}});
      }
      full_.set_value();
      events_.on_edge({0, true, max_edges_under_way + 1, timestamp{7}});
    }};
    full_.get_future().wait();
    return hw::error{hw::fault::lost, "gone"};
  }

private:
  hw::board_events events_;
  std::promise<void> full_;
  std::thread reader_;
};

SCENARIO("a board that fails while its reader is held back is released all the same") {
  chip = own(sys.spawn<chip_impl>(
      owner,
      [](hw::board_events events) -> std::variant<std::unique_ptr<hw::board>, hw::error> {
        return std::make_unique<busy_board>(std::move(events));
      },
      std::size_t{4}, check_every));
  self->send(chip, write_atom_v, level_set{1}, std::uint32_t{1});
  consume_messages();
  CHECK_EQ(end_of(chip), errc::board_lost);
}

SCENARIO("a killed chip releases its board, and takes no more edges") {
  chip = start();
  self->send_exit(chip, caf::exit_reason::kill);
  consume_messages();
  CHECK(!world.open);
  report(0, true, 1);
}

SCENARIO("a button that asks is told its level") {
  chip = start();
  attach(0, recorder(first));
  world.inputs = {.buttons = 0b0001, .control = false};
  self->send(chip, read_atom_v, std::uint32_t{0});
  self->send(chip, read_atom_v, std::uint32_t{99});
  consume_messages();
  CHECK((first == std::vector<told>{{0, false}, {0, true}}));
}

SCENARIO("a press before its button attaches is told then, after the level before it") {
  chip = start();
  report(4, true, 1);
  world.inputs = {.buttons = 0, .control = true};
  report(0, true, 2);
  report(0, false, 3);
  attach(0, recorder(first));
  attach(4, recorder(control));
  report(4, false, 4);
  CHECK((first == std::vector<told>{{0, false}, {2, true}, {3, false}}));
  CHECK((control == std::vector<told>{{0, false}, {1, true}, {4, false}}));
}

SCENARIO("an input that is none of the board's is passed over") {
  chip = start();
  attach(99, recorder(first));
  report(99, true, 1);
  CHECK(first.empty());
}

SCENARIO("whether it lives is asked of the board, too") {
  chip = start();
  const auto lives = [this] {
    auto answer = self->request(chip, caf::infinite, caf::ping_atom_v);
    consume_messages();
    bool answered = false;
    answer.receive([&] { answered = true; }, [](const caf::error&) {});
    return answered;
  };
  CHECK(lives());
  CHECK(world.open);
  world.fault = hw::error{hw::fault::lost, "unplugged"};
  lives();
  CHECK(!world.open);
  CHECK_EQ(end_of(chip), errc::board_lost);
}

END_FIXTURE_SCOPE()
