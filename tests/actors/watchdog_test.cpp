#define CAF_SUITE watchdog

#include "actors/watchdog.hpp"

#include "actors/led_bank.hpp"
#include "tests/actor_fixture.hpp"

using namespace ledactor;
using namespace std::chrono_literals;

namespace {

/// A watchdog, a true LED bank, and a chip and a supervisor that hang when the test wants it.
struct fixture : test::actor_fixture {
  ~fixture() override { end_all(); }

  using hanging_chip = test::hanging<chip_actor>;

  hanging_chip new_chip() {
    return own(sys.spawn([this](hanging_chip::pointer me) -> hanging_chip::behavior_type {
      auto held = std::make_shared<test::held_answers>();
      return {[](ready_atom) {},
              [=, this](caf::ping_atom) {
                return chip_hangs ? held->hold(me) : caf::result<void>{caf::unit};
              },
              [](write_atom, level_set, std::uint32_t) {},
              [](read_atom, std::uint32_t) {},
              [](attach_atom, std::uint32_t, const button_actor&) {},
              [held](caf::ok_atom) {
                held->answer_first();
              }};
    }));
  }

  supervisor_actor new_supervisor() {
    return own(sys.spawn([this](supervisor_actor::pointer me) -> supervisor_actor::behavior_type {
      auto held = std::make_shared<test::held_answers>();
      return {[](const button_change&) {},
              [](open_atom) {},
              [](join_atom) {},
              [](linked_atom, const std::string&) {},
              [](wait_atom, std::uint32_t, const std::string&) {},
              [](caf::ping_atom) {},
              [](stop_atom) {},
              [](quit_atom) {},
              [](kick_atom, std::uint64_t) {},
              [=, this](check_atom) -> caf::result<void> {
                if (supervisor_hangs) {
                  return held->hold(me);
                }
                return me->delegate(bank, caf::ping_atom_v);
              }};
    }));
  }

  void start() {
    chip = new_chip();
    bank = own(sys.spawn<led_bank_impl>(led_bank_config{}, chip, test::record(*this, shown)));
    top = new_supervisor();
    dog = own(sys.spawn<watchdog_impl>(top, pause, [this] { ++fed; }));
  }

  static constexpr auto pause = 5s;
  int fed = 0;
  bool chip_hangs = false;
  bool supervisor_hangs = false;
  hanging_chip chip;
  led_bank_actor bank;
  std::vector<lit_levels> shown;
  supervisor_actor top;
  watchdog_actor dog;
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("while all answer, it feeds at once and after each pause") {
  start();
  CHECK_EQ(fed, 1);
  pass(4 * pause);
  CHECK_EQ(fed, 5);
}

SCENARIO("while the chip hangs it does not feed, and after that it does") {
  start();
  chip_hangs = true;
  pass(100 * pause);
  CHECK_EQ(fed, 1);
  chip_hangs = false;
  self->send(chip, caf::ok_atom_v);
  consume_messages();
  CHECK_EQ(fed, 2);
  pass(pause);
  CHECK_EQ(fed, 3);
}

SCENARIO("while the supervisor hangs it does not feed") {
  start();
  supervisor_hangs = true;
  pass(100 * pause);
  CHECK_EQ(fed, 1);
}

SCENARIO("a chip that has failed is no hang") {
  start();
  self->send_exit(chip, caf::exit_reason::kill);
  consume_messages();
  pass(pause);
  CHECK_EQ(fed, 2);
}

SCENARIO("it ends with the supervisor") {
  start();
  self->send_exit(top, caf::exit_reason::user_shutdown);
  consume_messages();
  CHECK(caf::actor_cast<caf::abstract_actor*>(dog)->getf(caf::abstract_actor::is_terminated_flag));
}

END_FIXTURE_SCOPE()
