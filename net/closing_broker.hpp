#pragma once

#include <caf/io/abstract_broker.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduled_actor.hpp>

#include <cstddef>
#include <utility>

namespace ledactor::net {

/// A broker whose mailbox closes when it ends, as every other actor's does. CAF's brokers (0.18.7,
/// `abstract_broker::cleanup`) leave theirs open: what is sent to one that has ended stays in
/// there, counted as a message that waits, and a request to it is never answered.
///
/// A state with a member `end_turn` is told when all messages that waited are dealt with.
/// @tparam Actor the broker's typed interface.
template <class Actor, class State>
class closing_broker : public Actor::template stateful_broker_base<State> {
public:
  using super = typename Actor::template stateful_broker_base<State>;
  using super::super;

  caf::resumable::resume_result resume(caf::execution_unit* host, std::size_t most) override {
    const auto result = super::resume(host, most);
    if constexpr (requires(State & state) { state.end_turn(); }) {
      if (result != caf::resumable::done) {  // else the state has gone
        this->state.end_turn();
        if (this->finalize()) {  // it was the last
          return caf::resumable::done;
        }
      }
    }
    return result;
  }

  bool cleanup(caf::error&& reason, caf::execution_unit* host) override {
    this->close_all();
    // Past the one that leaves it open. NOLINTNEXTLINE(bugprone-parent-virtual-call)
    return caf::scheduled_actor::cleanup(std::move(reason), host);
  }
};

}  // namespace ledactor::net
