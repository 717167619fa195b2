#define CAF_SUITE chip

#include "actors/chip.hpp"

#include "tests/actor_fixture.hpp"

#include <deque>

using namespace ledactor;
using namespace std::chrono_literals;

namespace {

constexpr int board_fd = 1000;

/// A board whose edges, levels and faults the test makes.
struct fake_board final : hw::board {
  struct world {
    std::deque<hw::edge> edges;  ///< that wait
    hw::input_levels inputs;
    std::vector<level_set> writes;
    std::optional<hw::error> fault;            ///< of every call
    std::optional<hw::error> fault_of_inputs;  ///< of reading them
    bool open = false;
    std::size_t most_taken = 0;         ///< edges with one call
    std::function<void()> on_readable;  ///< of the board's descriptor, while it is watched
    bool watched = false;
    bool armed = false;
    bool is_hurried = false;  ///< the loop looks at once
  };

  explicit fake_board(world& w) : world_(w) { world_.open = true; }
  ~fake_board() override {
    CHECK(!world_.watched);  // who watches a descriptor does so while it is open
    world_.open = false;
  }

  int fd() const override { return board_fd; }

  std::optional<hw::error> take_edges(std::vector<hw::edge>& edges) override {
    const auto count = std::min(world_.edges.size(), hw::max_edges_at_once);
    const auto end = world_.edges.begin() + static_cast<std::ptrdiff_t>(count);
    edges.insert(edges.end(), world_.edges.begin(), end);
    world_.edges.erase(world_.edges.begin(), end);
    world_.most_taken = std::max(world_.most_taken, count);
    return world_.fault;
  }

  std::variant<hw::input_levels, hw::error> read_inputs() override {
    if (const auto& fault = world_.fault ? world_.fault : world_.fault_of_inputs) {
      return *fault;
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

/// A watch over its descriptor.
struct fake_watch final : descriptor_watch {
  fake_watch(fake_board::world& w, std::function<void()> on_readable) : world_(w) {
    world_.on_readable = std::move(on_readable);
    world_.watched = world_.armed = true;
  }
  ~fake_watch() override {
    world_.watched = world_.armed = false;
    world_.on_readable = nullptr;
  }
  void rearm() override {
    world_.armed = true;
    if (world_.is_hurried && !world_.edges.empty()) {
      world_.armed = false;
      world_.on_readable();
    }
  }

private:
  fake_board::world& world_;
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
        [this]() -> std::variant<std::unique_ptr<hw::board>, hw::error> {
          if (world.fault) {
            return *world.fault;
          }
          return std::make_unique<fake_board>(world);
        },
        std::size_t{4}, check_every,
        [this](int fd, std::function<void()> on_readable) {
          CHECK_EQ(fd, board_fd);
          return std::make_unique<fake_watch>(world, std::move(on_readable));
        }));
  }

  /// Starts a chip with all its buttons, of which `first` and `control` tell.
  chip_actor start_with_buttons() {
    chip = start();
    for (std::uint32_t input = 0; input < 4; ++input) {
      attach(input, recorder(input == 0 ? first : others));
    }
    attach(4, recorder(control));
    return chip;
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

  /// Tells of the descriptor, if it is watched, as the loop does: as long as there are edges.
  void poll() {
    do {
      if (std::exchange(world.armed, false)) {
        world.on_readable();
      }
      consume_messages();
    } while (world.armed && !world.edges.empty());
  }

  void report(std::uint32_t input, bool active, std::uint64_t number,
              timestamp when = timestamp{7}) {
    world.edges.push_back({input, active, number, when});
    poll();
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
  std::vector<told> others;
  chip_actor chip;
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a button is told its level when it attaches, and then its edges") {
  world.inputs = {.buttons = 0b0001, .control = false};
  chip = start_with_buttons();
  report(0, false, 1);
  report(4, true, 2);
  CHECK((first == std::vector<told>{{0, true}, {1, false}}));
  CHECK((control == std::vector<told>{{0, false}, {2, true}}));
}

SCENARIO("after a gap in the edges' numbers all lines are read") {
  chip = start_with_buttons();
  report(0, true, 1);
  world.inputs = {.buttons = 0, .control = true};
  report(0, true, 5);
  CHECK((first == std::vector<told>{{0, false}, {1, true}, {0, false}, {5, true}}));
  CHECK((control == std::vector<told>{{0, false}, {0, true}}));
  CHECK_EQ(sys.metrics().counter_singleton("ledactor", "edges-lost", "", "1", true)->value(), 3);
  CHECK_EQ(sys.metrics().counter_singleton("ledactor", "edges", "", "1", true)->value(), 2);
}

SCENARIO("a level that changes without an edge is told at the second check, and counted") {
  chip = start_with_buttons();
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
  chip = start_with_buttons();
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
  chip = start_with_buttons();
  world.inputs.buttons = 1;
  pass(check_every);
  report(0, true, 1, check_every - 1ms);
  pass(10 * check_every);
  CHECK((first == std::vector<told>{{0, false}, {1, true}}));
  CHECK_EQ(corrected(), 0);
}

SCENARIO("while edges are late, others may be on their way, and nothing is corrected") {
  chip = start_with_buttons();
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
  chip = start_with_buttons();
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

SCENARIO("a check takes the edges that wait before it reads the levels") {
  chip = start_with_buttons();
  world.inputs.buttons = 1;
  world.edges.push_back({0, true, 1, timestamp{7}});  // nothing has told of it yet
  pass(10 * check_every);
  CHECK((first == std::vector<told>{{0, false}, {1, true}}));
  CHECK_EQ(corrected(), 0);
}

SCENARIO("while the board has more edges than are taken at once, nothing is corrected") {
  chip = start_with_buttons();
  world.inputs.buttons = 1;
  for (std::uint64_t number = 1; number <= 5 * hw::max_edges_at_once; ++number) {
    world.edges.push_back({1, number % 2 == 1, number, timestamp{7}});
  }
  pass(5 * check_every);  // one of which has taken the last
  CHECK_EQ(first.size(), 1U);
  CHECK_EQ(others.size(), 3 + 5 * hw::max_edges_at_once);
  CHECK(world.edges.empty());
  pass(2 * check_every);
  CHECK((first == std::vector<told>{{0, false}, {0, true}}));
  CHECK_EQ(corrected(), 1);
}

SCENARIO("edges do not pile up before their button, however soon the board tells of more") {
  chip = start_with_buttons();
  world.is_hurried = true;
  for (std::uint64_t number = 1; number <= 1000; ++number) {
    world.edges.push_back({0, number % 2 == 1, number, timestamp{7}});
  }
  std::size_t fullest = 0;
  world.armed = false;
  world.on_readable();
  while (sched.try_run_once()) {
    fullest = std::max(fullest, fullest_mailbox());
  }
  CHECK_EQ(world.most_taken, hw::max_edges_at_once);
  CHECK_EQ(fullest, hw::max_edges_at_once);
  CHECK_EQ(first.size(), 1 + 1000U);
}

SCENARIO("a button that was told a level by request is not corrected") {
  chip = start_with_buttons();
  world.inputs.buttons = 1;
  pass(check_every);
  self->send(chip, read_atom_v, std::uint32_t{0});
  pass(10 * check_every);
  CHECK((first == std::vector<told>{{0, false}, {0, true}}));
  CHECK_EQ(corrected(), 0);
}

SCENARIO("a board that is gone is noticed by a check") {
  chip = start_with_buttons();
  world.fault = hw::error{hw::fault::lost, "gone"};
  pass(check_every);
  CHECK_EQ(end_of(chip), errc::board_lost);
}

SCENARIO("a chip that has ended leaves no timer that would keep its memory") {
  chip = start_with_buttons();
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

SCENARIO("a board that fails after its last edges ends the chip behind them") {
  chip = start_with_buttons();
  world.fault = hw::error{hw::fault::lost, "unplugged"};
  report(0, true, 1);
  CHECK((first == std::vector<told>{{0, false}, {1, true}}));
  CHECK_EQ(end_of(chip), errc::board_lost);
  CHECK(!world.open);
}

SCENARIO("a board that fails while its edges are dealt with is released") {
  chip = start_with_buttons();
  world.fault_of_inputs = hw::error{hw::fault::lost, "unplugged"};
  world.edges.push_back({0, true, 5, timestamp{7}});  // some are lost: the lines are read
  report(0, false, 6);
  CHECK_EQ(end_of(chip), errc::board_lost);
  CHECK(!world.open);
}

SCENARIO("a killed chip releases its board, and watches it no more") {
  chip = start_with_buttons();
  CHECK(world.watched);
  self->send_exit(chip, caf::exit_reason::kill);
  consume_messages();
  CHECK(!world.open);
  CHECK(!world.watched);
}

SCENARIO("a button that asks is told its level") {
  chip = start_with_buttons();
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
  for (std::uint32_t input = 1; input < 4; ++input) {
    attach(input, recorder(others));
  }
  CHECK_EQ(world.edges.size(), 3U);  // the board keeps them
  attach(4, recorder(control));
  report(4, false, 4);
  CHECK((first == std::vector<told>{{0, false}, {2, true}, {3, false}}));
  CHECK((control == std::vector<told>{{0, false}, {1, true}, {4, false}}));
}

SCENARIO("a button that is new on a board in use is told the level as it is") {
  chip = start_with_buttons();
  report(0, true, 1);
  world.inputs = {.buttons = 0b0001, .control = false};
  std::vector<told> again;
  attach(0, recorder(again));
  report(0, false, 2);
  CHECK((again == std::vector<told>{{0, true}, {2, false}}));
  CHECK_EQ(first.size(), 2U);
}

SCENARIO("an input that is none of the board's is passed over") {
  chip = start_with_buttons();
  std::vector<told> none;
  attach(99, recorder(none));
  report(99, true, 1);
  CHECK(none.empty());
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
