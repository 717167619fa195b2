#pragma once

#include "net/session.hpp"

namespace ledactor::net {

/// Goes on once the supervisor, the LED bank and the chip have dealt with all that an ended session
/// has sent them; so that a peer who comes again and again cannot fill their mailboxes.
/// @param self an endpoint, after it was told of the session's end.
/// @param go_on called on its thread.
template <class Self, class GoOn>
void when_settled(Self* self, const session_neighbours& neighbours, GoOn go_on) {
  // One that has ended has no mailbox any more.
  const auto ask_led_bank = [self, led_bank = neighbours.led_bank, go_on] {
    self->request(led_bank, caf::infinite, caf::ping_atom_v)
        .then(go_on, [go_on](const caf::error&) { go_on(); });
  };
  self->request(neighbours.supervisor, caf::infinite, caf::ping_atom_v)
      .then(ask_led_bank, [ask_led_bank](const caf::error&) { ask_led_bank(); });
}

}  // namespace ledactor::net
