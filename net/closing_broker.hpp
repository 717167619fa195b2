#pragma once

#include <caf/io/abstract_broker.hpp>
#include <caf/scheduled_actor.hpp>

#include <utility>

namespace ledactor::net {

/// A broker whose mailbox closes when it ends, as every other actor's does. CAF's brokers (0.18.7,
/// `abstract_broker::cleanup`) leave theirs open: what is sent to one that has ended stays in
/// there, counted as a message that waits, and a request to it is never answered.
/// @tparam Actor the broker's typed interface.
template <class Actor, class State>
class closing_broker : public Actor::template stateful_broker_base<State> {
public:
  using super = typename Actor::template stateful_broker_base<State>;
  using super::super;

  bool cleanup(caf::error&& reason, caf::execution_unit* host) override {
    this->close_all();
    // Past the one that leaves it open. NOLINTNEXTLINE(bugprone-parent-virtual-call)
    return caf::scheduled_actor::cleanup(std::move(reason), host);
  }
};

}  // namespace ledactor::net
