#pragma once

#include "actors/messages.hpp"

#include <caf/test/bdd_dsl.hpp>
#include <fmt/format.h>

#include <algorithm>
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

  /// How many messages wait for an actor that has not run yet.
  static std::size_t mailbox_size(const caf::strong_actor_ptr& actor) {
    auto* const whole = caf::actor_cast<caf::abstract_actor*>(actor);
    auto& mailbox = dynamic_cast<caf::scheduled_actor&>(*whole).mailbox();
    return mailbox.blocked() || mailbox.closed() ? 0 : mailbox.size();
  }

  /// The most that wait for any one of the actors that it was told of.
  std::size_t fullest_mailbox() const {
    std::size_t fullest = 0;
    for (const auto& actor : actors_) {
      fullest = std::max(fullest, mailbox_size(actor));
    }
    return fullest;
  }

private:
  std::vector<caf::strong_actor_ptr> actors_;
};

using actor_fixture = basic_fixture<caf::actor_system_config>;

/// What an actor that hangs has not answered. A part of its behavior: a promise is for its actor
/// alone to keep, or to break when it ends.
class held_answers {
public:
  template <class Self>
  caf::result<void> hold(Self* self) {
    return held_.emplace_back(self->template make_response_promise<void>());
  }

  void answer_first() {
    REQUIRE(!held_.empty());
    held_.front().deliver();
    held_.erase(held_.begin());
  }

private:
  std::vector<caf::typed_response_promise<void>> held_;
};

/// The interface of an actor that hangs, and can be told to answer what it was asked first.
template <class Handle>
using hanging = typename Handle::template extend<caf::result<void>(caf::ok_atom)>;

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
