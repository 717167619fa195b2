#include "net/session.hpp"

#include "actors/log.hpp"
#include "net/socket.hpp"

#include <cmath>
#include <utility>

namespace ledactor::net {

session_state::session_state(session_actor::broker_pointer self,
                             caf::io::connection_handle connection, session_config config,
                             session_neighbours neighbours)
    : self_(self),
      connection_(connection),
      config_(std::move(config)),
      neighbours_(std::move(neighbours)),
      peer_heartbeat_(config_.heartbeat),
      last_sent_(self->clock().now()),
      started_(last_sent_),
      heard_last_(last_sent_),
      taken_last_(last_sent_),
      metrics_(self->system()) {
  self_->set_exit_handler([this](const caf::exit_msg& msg) { on_exit(msg); });
}

session_actor::behavior_type session_state::make_behavior() {
  self_->ack_writes(connection_, true);
  self_->configure_read(connection_, caf::io::receive_policy::at_most(4096));
  const bool is_client = config_.role == board_role::client;
  if (config_.keys) {
    channel_ = std::make_unique<secure_channel>(is_client, config_.keys);
  }
  if (is_client) {
    self_->send(neighbours_.supervisor, join_atom_v);
    if (channel_) {
      decrypt({});  // begins the handshake
    } else {
      send(own_hello());
    }
  }
  schedule_tick();
  return {
      [this](const caf::io::new_data_msg& msg) { on_data(msg); },
      [this](const caf::io::connection_closed_msg&) { on_closed(); },
      [this](const caf::io::data_transferred_msg& msg) { on_transferred(msg); },
      [this](const levels& l) { on_levels(l); },
      [this](seat_atom) { on_seat(); },
      [this](yield_atom, bool proved) { return on_yield(proved); },
      [this](queue_atom, std::uint32_t place, const std::string& holder) {
        let_in_ = true;
        send(wait{static_cast<std::uint16_t>(place), holder});
      },
      [this](attach_atom, const panel_actor& panel) {
        neighbours_.panel = panel;
        if (phase_ == phase::seated) {
          self_->send(panel, attach_atom_v, levels_sink{session_actor{self_}});
        }
      },
      [this](attach_atom, const led_bank_actor& led_bank) {
        neighbours_.led_bank = led_bank;
        ++attached_led_banks_;
        show_again();
      },
  };
}

void session_state::on_seat() {
  if (phase_ != phase::greeted) {
    return;
  }
  if (config_.role == board_role::server) {
    self_->send(neighbours_.supervisor, join_atom_v);
    send(seat{});
  } else if (!let_in_) {
    self_->send(neighbours_.host, greet_atom_v, peer());
  }
  if (phase_ == phase::ending) {
    return;  // there was no room for it
  }
  phase_ = phase::seated;
  let_in_ = true;
  place_.reset();
  places_.forget();
  LEDACTOR_DEBUG("session", "seated peer={}", log_text(peer_));
  self_->send(neighbours_.panel, attach_atom_v, levels_sink{session_actor{self_}});
}

// Who has proved a key is no stranger with a board's id, and need not wait.
bool session_state::on_yield(bool proved) {
  if (phase_ == phase::ending) {
    return end_reason_ == errc::replaced;
  }
  if (proved || self_->clock().now() >= ghost_from()) {
    end(errc::replaced);
    return true;
  }
  claimed_ = true;
  if (due_ > self_->clock().now()) {  // else a late tick is about to come
    schedule_tick();
  }
  return false;
}

/// When the peer is a ghost, if its board has come again: a heartbeat is missing, and was given
/// half of one for its way.
session_state::clock_time session_state::ghost_from() const {
  return heard_last_.since() + peer_heartbeat_ + peer_heartbeat_ / 2;
}

void session_state::schedule_tick() {
  due_ = heard_last_.since() + patience();
  if (phase_ == phase::fresh) {  // before its hello, a peer is sent nothing
    due_ = std::min(due_, started_.since() + hello_timeout);
  } else {
    due_ = std::min(due_, last_sent_ + config_.heartbeat);
  }
  if (!unacknowledged_.empty()) {
    due_ = std::min(due_, unacknowledged_.front().sent.since() + config_.dead_after);
  }
  const auto now = self_->clock().now();
  due_ = std::max(now, claimed_ ? std::min(due_, ghost_from()) : due_);
  tick_.dispose();
  tick_ = self_->run_delayed(due_ - now, [this] { on_tick(); });
}

/// If a tick comes so late that this board cannot have been running, the peer's time begins anew,
/// once: what it has said meanwhile is not read yet.
void session_state::excuse_peer(clock_time now) {
  if (now - due_ > config_.heartbeat) {
    LEDACTOR_DEBUG("session", "held up");
    for (auto* wait : {&started_, &heard_last_, &taken_last_}) {
      wait->excuse(now);
    }
    for (auto& l : unacknowledged_) {
      l.sent.excuse(now);
    }
  }
}

/// How long the peer may keep silent: for as many heartbeats of its own as `dead-after` is of ours.
caf::timespan session_state::patience() const {
  const auto heartbeats = static_cast<double>(peer_heartbeat_.count());
  const auto span = heartbeats * static_cast<double>(config_.dead_after.count())
                    / static_cast<double>(config_.heartbeat.count());
  return caf::timespan{std::llround(span)};
}

/// Whether the peer has for too long taken no bytes, or not told that its LEDs show what was sent:
/// heartbeats alone do not light them.
bool session_state::is_stalled(clock_time now) const {
  return (outstanding_ > 0 && now >= taken_last_.since() + config_.dead_after)
         || (!unacknowledged_.empty()
             && now >= unacknowledged_.front().sent.since() + config_.dead_after);
}

void session_state::on_tick() {
  const auto now = self_->clock().now();
  if (phase_ == phase::ending) {
    return;
  }
  excuse_peer(now);
  if (now >= heard_last_.since() + patience()
      || (phase_ == phase::fresh && now >= started_.since() + hello_timeout)) {
    finish(errc::silent);
    return;
  }
  if (claimed_ && now >= ghost_from()) {
    end(errc::replaced);
    return;
  }
  if (is_stalled(now)) {
    finish(errc::stalled);
    return;
  }
  if (phase_ != phase::fresh && now >= last_sent_ + config_.heartbeat) {
    if (outstanding_ == 0) {
      send(heartbeat{});
    }
    last_sent_ = now;  // a peer that takes nothing gets no more of them
  }
  tell_place();
  schedule_tick();
}

void session_state::on_exit(const caf::exit_msg& msg) {
  const auto reason = to_errc(msg.reason);
  if (is_abrupt(reason)) {
    finish(reason);
    return;
  }
  end(reason == errc::closed ? errc::shutdown : reason, text_of(msg.reason));
}

void session_state::on_closed() {
  finish(phase_ == phase::ending ? end_reason_ : errc::closed);
}

void session_state::end(errc reason, std::string text) {
  if (phase_ == phase::ending) {
    return;
  }
  send(bye{static_cast<std::uint8_t>(reason), std::move(text)});
  if (phase_ == phase::ending) {
    return;  // there was no room for it
  }
  phase_ = phase::ending;
  end_reason_ = reason;
  farewell_ = self_->run_delayed(farewell_timeout, [this] { finish(end_reason_); });
  leave_when_sent();
}

void session_state::finish(errc reason) {
  phase_ = phase::ending;
  tick_.dispose();  // the clock would keep this actor's memory until it is due
  farewell_.dispose();
  if (may_log()) {
    LEDACTOR_INFO(
        "session", "ended peer={} reason={} sent={} merged={} received={} unacknowledged={}",
        log_text(peer_), to_string(reason), sent_, merged_here_, received_, unacknowledged_.size());
  } else {
    LEDACTOR_DEBUG("session", "ended peer={} reason={}", log_text(peer_), to_string(reason));
  }
  // CAF's own close would wait for a peer that may never read or answer.
  shutdown_both(static_cast<int>(connection_.id()));
  self_->quit(caf::make_error(reason, complaint_));
}

level_set on_wire(const session_config& config, level_set levels, std::size_t lines) {
  return config.invert ? levels ^ (~level_set{0} >> (64 - lines)) : levels;
}

}  // namespace ledactor::net
