#define CAF_SUITE led_bank

#include "actors/led_bank.hpp"

#include "tests/actor_fixture.hpp"

using namespace ledactor;
using namespace std::chrono_literals;

namespace {

using masks = std::vector<level_set>;

struct fixture : test::actor_fixture {
  ~fixture() override { end_all(); }

  /// Somebody who asks for LEDs.
  using asker_actor = caf::typed_actor<caf::result<void>(peer_levels)>;

  chip_actor recorder(masks& log) {
    return own(sys.spawn([&log]() -> chip_actor::behavior_type {
      return {[](ready_atom) { CAF_FAIL("an LED bank watches no board"); }, [](caf::ping_atom) {},
              [&log](write_atom, level_set lit, std::uint32_t) { log.push_back(lit); },
              [](read_atom, std::uint32_t) { CAF_FAIL("no reading from an LED bank"); },
              [](attach_atom, std::uint32_t, const button_actor&) {
                CAF_FAIL("no buttons from an LED bank");
              }};
    }));
  }

  void start(led_bank_config config = {}) { start(config, test::record(*this, told)); }

  void start(led_bank_config config, const lit_sink& watcher) {
    bank = own(sys.spawn<led_bank_impl>(config, recorder(writes), watcher));
    writes.clear();
  }

  asker_actor asker() {
    return own(sys.spawn([this](asker_actor::pointer me) -> asker_actor::behavior_type {
      return {[this, me](const peer_levels& levels) {
        me->request(bank, caf::infinite, levels).then([this] { ++answers; });
      }};
    }));
  }

  void ask(const asker_actor& who, level_set lit) {
    self->send(who, peer_levels{lit, 1});
    consume_messages();
  }

  void end(const asker_actor& who, errc reason) {
    self->send_exit(who, caf::make_error(reason));
    consume_messages();
  }

  masks writes;
  std::vector<lit_levels> told;  ///< to the watcher
  int answers = 0;
  led_bank_actor bank;
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a bank begins with all LEDs off") {
  masks log;
  bank = own(sys.spawn<led_bank_impl>(led_bank_config{}, recorder(log), test::record(*this, told)));
  CHECK_EQ(log, masks{0});
}

SCENARIO("only changes are written, and all frames answered") {
  start();
  const auto peer = asker();
  ask(peer, 0b01);
  ask(peer, 0b01);
  ask(peer, 0b11);
  CHECK_EQ(writes, (masks{0b01, 0b11}));
  CHECK_EQ(answers, 3);
}

SCENARIO("levels beyond the last LED are ignored") {
  start({.num_leds = 2});
  ask(asker(), 0b1110);
  CHECK_EQ(writes, masks{0b10});
}

SCENARIO("64 LEDs are as good as four") {
  start({.num_leds = 64});
  ask(asker(), ~level_set{0});
  CHECK_EQ(writes, masks{~level_set{0}});
}

SCENARIO("several peers' levels are ORed, and one that goes takes its own along") {
  start();
  const auto left = asker();
  const auto right = asker();
  ask(left, 0b01);
  ask(right, 0b10);
  end(left, errc::closed);
  CHECK_EQ(writes, (masks{0b01, 0b11, 0b10}));
}

SCENARIO("a lost link turns the LEDs off at once when there is no grace") {
  start();
  const auto peer = asker();
  ask(peer, 0b11);
  end(peer, errc::silent);
  CHECK_EQ(writes, (masks{0b11, 0}));
}

SCENARIO("a lost link is bridged for the grace") {
  start({.grace = 2s});
  const auto peer = asker();
  ask(peer, 0b11);
  end(peer, errc::silent);
  pass(1999ms);
  CHECK_EQ(writes, masks{0b11});
  pass(1ms);
  CHECK_EQ(writes, (masks{0b11, 0}));
}

SCENARIO("a peer that comes within the grace finds the LEDs as they were") {
  start({.grace = 2s});
  const auto peer = asker();
  ask(peer, 0b11);
  end(peer, errc::silent);
  pass(1s);
  ask(asker(), 0b11);
  pass(10s);
  CHECK_EQ(writes, masks{0b11});
}

SCENARIO("the policy may be to hold the LEDs") {
  start({.on_link_loss = link_loss_policy::hold});
  const auto peer = asker();
  ask(peer, 0b10);
  end(peer, errc::silent);
  CHECK_EQ(writes, masks{0b10});
}

SCENARIO("the policy may be to light all LEDs") {
  start({.num_leds = 3, .on_link_loss = link_loss_policy::on});
  const auto peer = asker();
  ask(peer, 0b10);
  end(peer, errc::silent);
  CHECK_EQ(writes, (masks{0b10, 0b111}));
}

SCENARIO("a farewell turns the LEDs off, whatever the policy") {
  start({.on_link_loss = link_loss_policy::hold, .grace = 2s});
  const auto peer = asker();
  ask(peer, 0b10);
  end(peer, errc::quit);
  CHECK_EQ(writes, (masks{0b10, 0}));
}

SCENARIO("a new chip is told all LEDs") {
  start();
  ask(asker(), 0b101);
  masks news;
  self->send(bank, attach_atom_v, recorder(news));
  consume_messages();
  CHECK_EQ(news, masks{0b101});
}

SCENARIO("a watcher is told what the LEDs show, and whose frame is behind each change") {
  start({.num_leds = 2});
  REQUIRE_EQ(told.size(), 1U);
  CHECK_EQ(told[0].lit, 0U);
  CHECK_EQ(told[0].seq, 0U);
  const auto peer = asker();
  ask(peer, 0b10);
  ask(peer, 0b10);  // which changes nothing
  self->send(peer, peer_levels{0b101, 7});
  consume_messages();
  end(peer, errc::silent);
  REQUIRE_EQ(told.size(), 4U);
  CHECK_EQ(told[1].lit, 0b10U);
  CHECK_EQ(told[1].seq, 1U);
  CHECK_EQ(told[2].lit, 0b01U);
  CHECK_EQ(told[2].seq, 7U);
  CHECK_EQ(told[3].lit, 0U);
  CHECK_EQ(told[3].seq, 0U);
}

SCENARIO("a watcher that hangs is told little, and the newest once it goes on") {
  std::vector<level_set> to_stuck;
  using stuck_sink = test::hanging<lit_sink>;
  const auto stuck = own(sys.spawn([&](stuck_sink::pointer me) -> stuck_sink::behavior_type {
    auto held = std::make_shared<test::held_answers>();
    return {[&to_stuck, held, me](const lit_levels& l) {
              to_stuck.push_back(l.lit);
              return held->hold(me);
            },
            [held](caf::ok_atom) {
              held->answer_first();
            }};
  }));
  start({}, stuck);
  const auto peer = asker();
  for (level_set lit = 0; lit < 10'000; ++lit) {
    ask(peer, lit % 2);
  }
  ask(peer, 0b1010);
  CHECK_EQ(answers, 10'001);  // the peer does not wait for who looks on
  CHECK_EQ(to_stuck.size(), max_unanswered_news);
  self->send(stuck, caf::ok_atom_v);
  consume_messages();
  CHECK_EQ(to_stuck.back(), level_set{0b1010});
}

SCENARIO("whether the chip answers is known by way of the bank") {
  start();
  int answered = 0;
  const auto ask_bank = [&] {
    auto answer = self->request(bank, caf::infinite, caf::ping_atom_v);
    consume_messages();
    answer.receive([&] { ++answered; }, [](const caf::error&) {});
  };
  ask_bank();
  CHECK_EQ(answered, 1);
}

END_FIXTURE_SCOPE()
