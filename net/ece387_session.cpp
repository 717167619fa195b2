#include "net/ece387_session.hpp"

#include "actors/log.hpp"
#include "net/socket.hpp"

#include <algorithm>
#include <utility>

namespace ledactor::net {

ece387_session_state::ece387_session_state(session_actor::broker_pointer self,
                                           caf::io::connection_handle connection,
                                           session_config config, session_neighbours neighbours)
    : self_(self),
      connection_(connection),
      config_(std::move(config)),
      neighbours_(std::move(neighbours)),
      reader_(config_.role == board_role::client),
      our_turn_(self->clock().now()),
      started_(our_turn_),
      peers_turn_(our_turn_),
      metrics_(self->system()) {
  self_->set_exit_handler([this](const caf::exit_msg& msg) {
    const auto reason = to_errc(msg.reason);
    if (is_abrupt(reason)) {
      finish(reason);
    } else {
      end(reason == errc::closed ? errc::shutdown : reason);
    }
  });
}

session_actor::behavior_type ece387_session_state::make_behavior() {
  peer_ = "ece387 " + self_->remote_addr(connection_);
  // A peer that waits for a seat says nothing, and is not asked anything: the kernel finds out
  // whether it is still there.
  keep_alive(static_cast<int>(connection_.id()), config_.dead_after);
  self_->ack_writes(connection_, true);
  self_->configure_read(connection_, caf::io::receive_policy::at_most(256));
  if (is_client()) {
    phase_ = phase::seated;
    turns_ = 1;
    self_->send(neighbours_.supervisor, join_atom_v);
    self_->send(neighbours_.panel, attach_atom_v, levels_sink{session_actor{self_}});
  }
  schedule_tick();
  return {
      [this](const caf::io::new_data_msg& msg) { on_data(msg); },
      [this](const caf::io::connection_closed_msg&) { on_closed(); },
      [this](const caf::io::data_transferred_msg& msg) { on_transferred(msg); },
      [this](const levels& l) { on_levels(l); },
      [this](seat_atom) { on_seat(); },
      [](yield_atom, bool) { return false; },  // its peer's board has no id
      // There is no word for it.
      [this](queue_atom, std::uint32_t, const std::string&) { let_in_ = true; },
      [this](attach_atom, const panel_actor& panel) {
        neighbours_.panel = panel;
        if (phase_ == phase::seated) {
          self_->send(panel, attach_atom_v, levels_sink{session_actor{self_}});
        }
      },
      [this](attach_atom, const led_bank_actor& led_bank) {
        neighbours_.led_bank = led_bank;
        if (phase_ == phase::seated && shown_) {
          shows_.send(self_, led_bank, peer_levels{*shown_, static_cast<std::uint32_t>(received_)});
        }
      },
  };
}

void ece387_session_state::on_seat() {
  if (phase_ != phase::waiting) {
    return;
  }
  phase_ = phase::seated;
  let_in_ = true;
  our_turn_ = self_->clock().now();
  LEDACTOR_DEBUG("session", "seated peer={}", log_text(peer_));
  self_->send(neighbours_.supervisor, join_atom_v);
  self_->send(neighbours_.panel, attach_atom_v, levels_sink{session_actor{self_}});
  show_heard();
}

/// When the peer counts as dead; none while it may keep silent.
std::optional<ece387_session_state::clock_time> ece387_session_state::deadline() const {
  if (phase_ == phase::fresh) {
    return started_.since() + hello_timeout;
  }
  const bool has_answered_before = linked_;  // whoever has not may be waiting for a seat
  if (turns_ == 0 && has_answered_before) {
    return peers_turn_.since() + config_.dead_after;
  }
  return std::nullopt;
}

// Rather than setting a timer anew for each message, it looks again at the deadline in time for any
// that may come up.
void ece387_session_state::schedule_tick() {
  const auto now = self_->clock().now();
  due_ = std::min(deadline().value_or(clock_time::max()), now + config_.dead_after);
  tick_ = self_->run_delayed(due_ - now, [this] { on_tick(); });
}

/// As a `session_state` does.
void ece387_session_state::excuse_peer(clock_time now) {
  if (now - due_ > config_.heartbeat) {
    LEDACTOR_DEBUG("session", "held up");
    started_.excuse(now);
    peers_turn_.excuse(now);
  }
}

void ece387_session_state::on_tick() {
  if (phase_ == phase::ending) {
    return;  // that has a deadline of its own
  }
  const auto now = self_->clock().now();
  excuse_peer(now);
  if (const auto limit = deadline(); limit && now >= *limit) {
    finish(errc::silent);
  } else {
    schedule_tick();
  }
}

void ece387_session_state::on_closed() {
  if (phase_ == phase::ending) {
    finish(end_reason_);
  } else {
    finish(reader_.is_within_message() ? errc::protocol : errc::closed);
  }
}

// Out of turn a peer is told nothing, not even the connection's end: an original that has a
// message under way would take the reset that answers it as a crash.
void ece387_session_state::end(errc reason) {
  if (phase_ >= phase::ending) {
    return;
  }
  phase_ = phase::ending;
  end_reason_ = reason;
  pace_.dispose();
  farewell_ = self_->run_delayed(farewell_timeout, [this] { finish(end_reason_); });
  if (turns_ > 0) {
    leave();
  }
}

void ece387_session_state::leave() {
  if (!is_client() && (end_reason_ == errc::kicked || end_reason_ == errc::busy)) {
    said_close_ = true;
    send(ece387_close{});  // the peer closes its side in answer
  } else {
    finish(end_reason_);
  }
}

void ece387_session_state::finish(errc reason) {
  if (may_log()) {
    LEDACTOR_INFO("session", "ended peer={} reason={} sent={} merged={} received={}",
                  log_text(peer_), to_string(reason), sent_, merged_here_, received_);
  } else {
    LEDACTOR_DEBUG("session", "ended peer={} reason={}", log_text(peer_), to_string(reason));
  }
  phase_ = phase::ended;
  tick_.dispose();
  pace_.dispose();
  farewell_.dispose();
  shutdown_both(static_cast<int>(connection_.id()));
  self_->quit(caf::make_error(reason, complaint_));
}

}  // namespace ledactor::net
