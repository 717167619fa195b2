#include "net/ece387_wire.hpp"

#include "net/foreign.hpp"

#include <algorithm>
#include <utility>

namespace ledactor::net {

ece387_wire::ece387_wire(const wire_config& config, const std::string& peer, time_point now)
    : wire(config, now),
      reader_(config.role == board_role::client),
      our_turn_(now),
      started_(now),
      peers_turn_(now) {
  peer_ = {0, peer, ece387_lines, ece387_lines, {}};
  if (is_client()) {
    phase_ = phase::seated;
    turns_ = 1;
  }
  schedule(now);
}

void ece387_wire::receive(std::span<const std::uint8_t> bytes, time_point now) {
  if (!is_listening()) {
    return;  // nobody listens any more, so nothing is kept
  }
  reader_.feed(bytes);
  while (is_listening()) {
    const auto message = reader_.next();
    if (!message) {
      break;
    }
    ++counts_.frames_received;
    if (const auto* const pressed = std::get_if<level_set>(&*message)) {
      on_message(*pressed, now);
    } else {
      on_close();
    }
  }
  if (!has_ended() && !reader_.failure().empty()) {
    const auto foreign =
        phase_ == phase::fresh ? name_foreign(bytes, config_.page_port) : std::string{};
    refuse(foreign.empty() ? reader_.failure() : foreign);
  }
}

void ece387_wire::on_message(level_set pressed, time_point now) {
  if (turns_ == (is_client() ? 1 : max_ece387_ahead)) {
    refuse("messages without an answer");
    return;
  }
  if (turns_++ == 0) {
    our_turn_ = now;
  }
  if (phase_ == phase::ending) {
    say_last(now);
    return;
  }
  heard_.push_back(pressed);
  if (phase_ == phase::fresh) {
    phase_ = phase::greeted;
    tell(wire_events::met{});
    tell(wire_events::arrived{});
  } else if (is_seated()) {
    show_heard();
    send_next(now);
  }
}

// A peer that was never let in cannot be kicked: it is refused.
void ece387_wire::on_close() {
  finish(phase_ == phase::ending ? end_reason_ : linked_ ? errc::kicked : errc::busy);
}

void ece387_wire::seat(time_point now) {
  if (phase_ != phase::greeted) {
    return;
  }
  phase_ = phase::seated;
  let_in_ = true;
  our_turn_ = now;
  tell(wire_events::seated{});
  show_heard();
}

// There is no word for it.
void ece387_wire::wait(std::uint32_t /*place*/, const std::string& /*holder*/, time_point /*now*/) {
  let_in_ = true;
}

void ece387_wire::show_heard() {
  if (!std::exchange(linked_, true)) {
    if (is_client()) {
      tell(wire_events::arrived{});
    }
    tell(wire_events::linked{});
  }
  for (const auto pressed : heard_) {
    ++counts_.levels_received;
    const auto lit = on_wire(pressed, ece387_lines);
    if (shown_ != lit) {
      shown_ = lit;
      tell(wire_events::heard{lit, static_cast<std::uint32_t>(counts_.levels_received)});
      show();
    }
  }
  heard_.clear();
}

/// Has the newest levels shown; if too many wait for that, when one of them was.
void ece387_wire::show() {
  show_again_ = asked_ == max_ece387_ahead;
  if (!show_again_) {
    ++asked_;
    tell(wire_events::show{*shown_, static_cast<std::uint32_t>(counts_.levels_received), 0});
  }
}

void ece387_wire::shown(std::uint64_t /*ticket*/, time_point /*now*/) {
  --asked_;
  if (show_again_ && !has_ended()) {
    show();
  }
}

void ece387_wire::meet_led_bank(time_point /*now*/) {
  if (is_seated() && shown_) {
    show();
  }
}

void ece387_wire::press(const levels& l, time_point now) {
  if (!is_seated()) {
    return;
  }
  constexpr auto all = (level_set{1} << ece387_lines) - 1;
  const auto pressed = on_wire(l.pressed & all, ece387_lines);
  if (unsent_.empty() ? levels_ == pressed : unsent_.back() == pressed) {
    return;  // of a button that does not travel
  }
  if (unsent_.size() < max_ece387_unsent) {
    unsent_.push_back(pressed);
  } else {
    unsent_.back() = pressed;
    ++counts_.merged;
  }
  send_next(now);
}

/// Sends what it is our turn to send, or sees to it that this is done when it is due.
void ece387_wire::send_next(time_point now) {
  pace_due_.reset();
  while (is_seated() && turns_ > 0) {
    if (!unsent_.empty()) {
      levels_ = unsent_.front();
      unsent_.pop_front();
      tell(wire_events::sent{*levels_});
    } else if (!levels_) {
      break;  // the panel has not told them yet
    } else if (now < our_turn_ + config_.ece387_pace) {
      pace_due_ = our_turn_ + config_.ece387_pace;
      break;
    }
    say(*levels_, now);
  }
}

void ece387_wire::say(const ece387_message& m, time_point now) {
  const auto text = ece387_text(m);
  if (outstanding_ + output_.size() + text.size() > max_outstanding) {
    finish(errc::stalled);
    return;
  }
  ++counts_.frames_sent;
  ++counts_.levels_sent;
  --turns_;
  our_turn_ = now;
  peers_turn_.start(now);
  output_.insert(output_.end(), text.begin(), text.end());
}

void ece387_wire::leave() {
  if (said_close_) {
    tell(wire_events::fell_silent{});  // the peer closes its side in answer
  }
}

/// From when on the peer counts as dead; not while it may keep silent.
ece387_wire::time_point ece387_wire::dead_from() const {
  if (phase_ == phase::fresh) {
    return started_.since() + hello_timeout;
  }
  const bool has_answered_before = linked_;  // one that has not may be waiting for a seat
  return turns_ == 0 && has_answered_before ? peers_turn_.since() + config_.dead_after
                                            : time_point::max();
}

/// Looks ahead: to the deadline as it is, and in time for any that may come up.
void ece387_wire::schedule(time_point now) {
  due_ = std::min(dead_from(), now + config_.dead_after);
}

ece387_wire::time_point ece387_wire::deadline() const {
  return has_ended() ? time_point::max() : std::min(due_, pace_due_.value_or(due_));
}

void ece387_wire::tick(time_point now) {
  if (has_ended()) {
    return;
  }
  if (pace_due_ && now >= *pace_due_) {
    send_next(now);
  }
  if (now < due_ || has_ended()) {
    return;
  }
  if (phase_ == phase::ending) {
    finish(end_reason_);
    return;
  }
  if (now - due_ > config_.heartbeat) {  // as the native wire does
    tell(wire_events::held_up{});
    started_.excuse(now);
    peers_turn_.excuse(now);
  }
  if (now >= dead_from()) {
    finish(errc::silent);
  } else {
    schedule(now);
  }
}

// Out of turn a peer is told nothing, not even the connection's end: an original that has a
// message under way would take the reset that answers it as a crash.
void ece387_wire::end(errc reason, const std::string& /*text*/, time_point now) {
  if (phase_ >= phase::ending) {
    return;
  }
  phase_ = phase::ending;
  end_reason_ = reason;
  pace_due_.reset();
  due_ = now + farewell_timeout;
  if (turns_ > 0) {
    say_last(now);
  }
}

void ece387_wire::say_last(time_point now) {
  if (!is_client() && (end_reason_ == errc::kicked || end_reason_ == errc::busy)) {
    said_close_ = true;
    say(ece387_close{}, now);  // the peer closes its side in answer
  } else {
    finish(end_reason_);
  }
}

void ece387_wire::close() {
  finish(phase_ == phase::ending       ? end_reason_
         : reader_.is_within_message() ? errc::protocol
                                       : errc::closed);
}

void ece387_wire::refuse(const std::string& why) {
  tell(wire_events::refused{why});
  finish(phase_ == phase::ending ? end_reason_ : errc::protocol);
}

}  // namespace ledactor::net
