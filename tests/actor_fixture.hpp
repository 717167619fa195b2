#pragma once

#include "actors/messages.hpp"

#include <caf/test/bdd_dsl.hpp>
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace ledactor::test {

/// Runs actors by hand, with a clock that stands still. Ends those it was told of before CAF's
/// own fixture would run whatever is left, which never ends with a periodic timer.
template <class Config>
struct basic_fixture : test_coordinator_fixture<Config> {
  using super = test_coordinator_fixture<Config>;
  using super::advance_time;
  using super::consume_messages;
  using super::sched;
  using super::self;
  using super::sys;

  ~basic_fixture() override { end_all(); }

  /// Remembers an actor, for its end.
  template <class Handle>
  Handle own(Handle actor) {
    actors_.push_back(caf::actor_cast<caf::strong_actor_ptr>(actor));
    consume_messages();
    return actor;
  }

  /// Lets time pass, from one timer to the next, so that one that sets itself again is not missed.
  void pass(caf::timespan span) {
    auto& clock = sched.clock();
    const auto until = clock.current_time + span;
    while (!clock.schedule.empty() && clock.schedule.begin()->first <= until) {
      advance_time(std::max(clock.schedule.begin()->first - clock.current_time, caf::timespan{0}));
      consume_messages();
    }
    advance_time(until - clock.current_time);
    consume_messages();
  }

  /// Ends all actors. A fixture whose own members they use calls it in its destructor.
  void end_all() {
    for (const auto& actor : std::exchange(actors_, {})) {
      self->send_exit(actor, caf::exit_reason::kill);
    }
    consume_messages();
  }

private:
  std::vector<caf::strong_actor_ptr> actors_;
};

using actor_fixture = basic_fixture<caf::actor_system_config>;

/// A neighbour that writes down each message of its one kind. What is not of that kind fails the
/// sender, and so its test.
template <class Fixture, class Message>
caf::typed_actor<caf::result<void>(Message)> record(Fixture& fixture, std::vector<Message>& log) {
  using handle = caf::typed_actor<caf::result<void>(Message)>;
  return fixture.own(fixture.sys.spawn([&log]() -> typename handle::behavior_type {
    return {[&log](const Message& m) {
      log.push_back(m);
    }};
  }));
}

/// A watcher that writes down, in words, what it is told; levels are in binary.
template <class Fixture>
watcher_actor record_news(Fixture& fixture, std::vector<std::string>& log) {
  const auto binary = [](level_set levels) {
    return fmt::format("{:b}", levels);
  };
  const auto names = [](const std::vector<guest>& guests) {
    std::string all;
    for (const auto& g : guests) {
      all += ' ' + g.name;
    }
    return all;
  };
  return fixture.own(fixture.sys.spawn([&log, binary, names]() -> watcher_actor::behavior_type {
    const auto say = [&log](std::string text) {
      log.push_back(std::move(text));
    };
    return {
        [=](const levels& x) { say(fmt::format("pressed {} seq {}", binary(x.pressed), x.seq)); },
        [=](const lit_levels& x) { say(fmt::format("lit {} seq {}", binary(x.lit), x.seq)); },
        [=](const control_level& x) { say(x.pressed ? "control down" : "control up"); },
        [=](const guest_list& x) {
          say(fmt::format("seated{} waiting{}", names(x.seated), names(x.waiting)));
        },
        [=](const round_trip& x) {
          say(fmt::format("round trip {} {}", x.seq, x.span.count() > 0 ? "positive" : "not"));
        },
        [=](const child_news& x) {
          say(fmt::format("{} {}{}", x.name, x.running ? "runs" : "ended ", x.reason));
        },
        [=](const board_news& x) { say(x.open ? "board open" : "board away: " + x.reason); },
        [=](const link_news& x) {
          say(fmt::format("link {} '{}' {} place {} linked {}", to_string(x.change), x.peer,
                          to_string(x.reason), x.place, x.linked));
        },
    };
  }));
}

}  // namespace ledactor::test
