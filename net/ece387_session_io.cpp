#include "actors/log.hpp"
#include "net/ece387_session.hpp"
#include "net/foreign.hpp"
#include "net/socket.hpp"

#include <utility>

namespace ledactor::net {

void ece387_session_state::on_data(const caf::io::new_data_msg& msg) {
  if (said_close_ || phase_ == phase::ended) {
    return;  // nobody listens any more, so nothing is kept
  }
  reader_.feed({reinterpret_cast<const std::uint8_t*>(msg.buf.data()), msg.buf.size()});
  while (phase_ != phase::ended && !said_close_) {
    const auto message = reader_.next();
    if (!message) {
      break;
    }
    metrics_.received->inc();
    if (const auto* const pressed = std::get_if<level_set>(&*message)) {
      on_message(*pressed);
    } else {
      on_close();
    }
  }
  if (phase_ != phase::ended && !reader_.failure().empty()) {
    const auto foreign =
        phase_ == phase::fresh
            ? name_foreign({reinterpret_cast<const std::uint8_t*>(msg.buf.data()), msg.buf.size()},
                           config_.page_port)
            : std::string{};
    refuse(foreign.empty() ? reader_.failure() : foreign);
  }
}

void ece387_session_state::on_message(level_set pressed) {
  if (turns_ == (is_client() ? 1 : max_ece387_ahead)) {
    refuse("messages without an answer");
    return;
  }
  if (turns_++ == 0) {
    our_turn_ = self_->clock().now();
  }
  if (phase_ == phase::ending) {
    leave();
    return;
  }
  heard_.push_back(pressed);
  if (phase_ == phase::fresh) {
    phase_ = phase::waiting;
    LEDACTOR_DEBUG("session", "greeted peer={}", log_text(peer_));
    self_->send(neighbours_.host, greet_atom_v, peer());
  } else if (phase_ == phase::seated) {
    show_heard();
    send_next();
  }
}

// Whoever was never let in cannot be kicked.
void ece387_session_state::on_close() {
  if (phase_ == phase::ending) {
    finish(end_reason_);
  } else {
    finish(linked_ ? errc::kicked : errc::busy);
  }
}

void ece387_session_state::show_heard() {
  if (!linked_) {
    linked_ = true;
    if (is_client()) {
      self_->send(neighbours_.host, greet_atom_v, peer());
    }
    self_->send(neighbours_.supervisor, linked_atom_v, peer_);
  }
  for (const auto pressed : std::exchange(heard_, {})) {
    ++received_;
    const auto lit = on_wire(config_, pressed, ece387_lines);
    if (shown_ != lit) {
      shown_ = lit;
      const auto seq = static_cast<std::uint32_t>(received_);
      LEDACTOR_DEBUG("session", "received levels={:#x} seq={} peer={}", lit, seq, log_text(peer_));
      shows_.send(self_, neighbours_.led_bank, peer_levels{lit, seq});
    }
  }
}

void ece387_session_state::on_levels(const levels& l) {
  if (phase_ != phase::seated) {
    return;
  }
  constexpr auto all = (level_set{1} << ece387_lines) - 1;
  const auto pressed = on_wire(config_, l.pressed & all, ece387_lines);
  if (unsent_.empty() ? levels_ == pressed : unsent_.back() == pressed) {
    return;  // of a button that does not travel
  }
  if (unsent_.size() < max_ece387_unsent) {
    unsent_.push_back(pressed);
  } else {
    unsent_.back() = pressed;
    ++merged_here_;
    metrics_.merged->inc();
  }
  send_next();
}

/// Sends what it is our turn to send, or sees to it that this is done when it is due.
void ece387_session_state::send_next() {
  pace_.dispose();
  while (phase_ == phase::seated && turns_ > 0) {
    const auto wait = our_turn_ + config_.ece387_pace - self_->clock().now();
    if (!unsent_.empty()) {
      levels_ = unsent_.front();
      unsent_.pop_front();
      LEDACTOR_DEBUG("session", "sent levels={:#x} peer={}", *levels_, log_text(peer_));
    } else if (!levels_) {
      break;  // the panel has not told them yet
    } else if (wait.count() > 0) {
      pace_ = self_->run_delayed(wait, [this] { send_next(); });
      break;
    }
    send(*levels_);
  }
}

void ece387_session_state::send(const ece387_message& m) {
  const auto text = ece387_text(m);
  if (outstanding_ + text.size() > max_outstanding) {
    finish(errc::stalled);
    return;
  }
  ++sent_;
  metrics_.sent->inc();
  --turns_;
  our_turn_ = self_->clock().now();
  peers_turn_.start(our_turn_);
  self_->write(connection_, text.size(), text.data());
  self_->flush(connection_);
  outstanding_ = self_->wr_buf(connection_).size();
  leave_when_sent();
}

void ece387_session_state::on_transferred(const caf::io::data_transferred_msg& msg) {
  outstanding_ = msg.remaining;
  leave_when_sent();
}

void ece387_session_state::leave_when_sent() {
  if (said_close_ && outstanding_ == 0) {
    shutdown_write(static_cast<int>(connection_.id()));
  }
}

void ece387_session_state::refuse(const std::string& why) {
  complaint_ = why;
  if (may_log()) {  // of strangers the endpoint tells, now and then
    LEDACTOR_WARNING("session", "refused peer={} why={}", log_text(peer_), log_text(why));
  } else {
    LEDACTOR_DEBUG("session", "refused peer={} why={}", log_text(peer_), log_text(why));
  }
  finish(phase_ == phase::ending ? end_reason_ : errc::protocol);
}

}  // namespace ledactor::net
