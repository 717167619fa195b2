#include "net/native_wire.hpp"

#include <algorithm>
#include <cmath>

namespace ledactor::net {

native_wire::native_wire(const wire_config& config, time_point now)
    : wire(config, now),
      peer_heartbeat_(config.heartbeat),
      last_said_(now),
      started_(now),
      heard_last_(now) {
  schedule(now);
}

void native_wire::open(time_point now) {
  is_open_ = true;
  if (is_client()) {
    say(own_hello(), now);
  }
}

void native_wire::seat(time_point now) {
  if (phase_ != phase::greeted) {
    return;
  }
  if (is_client()) {
    let_in();
  } else {
    say(net::seat{}, now);
  }
  if (has_ended()) {
    return;  // there was no room for it
  }
  phase_ = phase::seated;
  let_in_ = true;
  place_.reset();
  tell(wire_events::seated{});
}

void native_wire::wait(std::uint32_t place, const std::string& holder, time_point now) {
  let_in_ = true;
  say(net::wait{static_cast<std::uint16_t>(place), holder}, now);
}

// A board that has proved a key is no stranger with the id of another, and need not wait.
bool native_wire::yield(bool proved, time_point now) {
  if (phase_ >= phase::ending) {
    return end_reason_ == errc::replaced;
  }
  if (proved || now >= ghost_from()) {
    end(errc::replaced, {}, now);
    return true;
  }
  claimed_ = true;
  if (due_ > now) {  // else a late tick is about to come
    schedule(now);
  }
  return false;
}

/// When the peer is a ghost, if its board has come again: a heartbeat is missing, and was given
/// half of one for its way.
native_wire::time_point native_wire::ghost_from() const {
  return heard_last_.since() + peer_heartbeat_ + peer_heartbeat_ / 2;
}

/// Looks ahead. What moves the deadline back, as each frame does, is seen when it is there.
void native_wire::schedule(time_point now) {
  due_ = heard_last_.since() + patience();
  if (phase_ == phase::fresh) {  // before its hello, a peer is sent nothing
    due_ = std::min(due_, started_.since() + hello_timeout);
  } else {
    due_ = std::min(due_, last_said_ + config_.heartbeat);
  }
  if (!unacknowledged_.empty()) {
    due_ = std::min(due_, unacknowledged_.front().sent.since() + config_.dead_after);
  }
  due_ = std::max(now, claimed_ ? std::min(due_, ghost_from()) : due_);
}

/// If a tick comes so late that this board cannot have been running, the peer's time begins anew,
/// once: what it has said meanwhile is not read yet.
void native_wire::excuse_peer(time_point now) {
  if (now - due_ > config_.heartbeat) {
    tell(wire_events::held_up{});
    for (auto* wait : {&started_, &heard_last_, &taken_last_}) {
      wait->excuse(now);
    }
    for (auto& l : unacknowledged_) {
      l.sent.excuse(now);
    }
  }
}

/// How long the peer may keep silent: for as many heartbeats of its own as `dead-after` is of ours.
std::chrono::nanoseconds native_wire::patience() const {
  const auto heartbeats = static_cast<double>(peer_heartbeat_.count());
  const auto span = heartbeats * static_cast<double>(config_.dead_after.count())
                    / static_cast<double>(config_.heartbeat.count());
  return std::chrono::nanoseconds{std::llround(span)};
}

/// Whether the peer has for too long taken no bytes, or not told that its LEDs show what was sent:
/// heartbeats alone do not light them.
bool native_wire::is_stalled(time_point now) const {
  return (outstanding_ > 0 && now >= taken_last_.since() + config_.dead_after)
         || (!unacknowledged_.empty()
             && now >= unacknowledged_.front().sent.since() + config_.dead_after);
}

void native_wire::tick(time_point now) {
  if (now < due_ || has_ended()) {
    return;
  }
  if (phase_ == phase::ending) {
    finish(end_reason_);
    return;
  }
  excuse_peer(now);
  if (now >= heard_last_.since() + patience()
      || (phase_ == phase::fresh && now >= started_.since() + hello_timeout)) {
    finish(errc::silent);
    return;
  }
  if (claimed_ && now >= ghost_from()) {
    end(errc::replaced, {}, now);
    return;
  }
  if (is_stalled(now)) {
    finish(errc::stalled);
    return;
  }
  if (phase_ != phase::fresh && now >= last_said_ + config_.heartbeat) {
    if (outstanding_ == 0) {
      say(heartbeat{}, now);
    }
    last_said_ = now;  // a peer that takes nothing gets no more of them
  }
  tell_place(now);
  schedule(now);
}

void native_wire::end(errc reason, const std::string& text, time_point now) {
  if (phase_ >= phase::ending) {
    return;
  }
  say(bye{static_cast<std::uint8_t>(reason), text}, now);
  if (has_ended()) {
    return;  // there was no room for it
  }
  phase_ = phase::ending;
  end_reason_ = reason;
  due_ = now + farewell_timeout;
}

void native_wire::close() {
  finish(phase_ == phase::ending ? end_reason_ : errc::closed);
}

void native_wire::leave() {
  if (phase_ != phase::ending) {
    return;
  }
  if (end_reason_ == errc::replaced) {  // a ghost closes nothing, and its heir waits for the place
    finish(end_reason_);
  } else {
    tell(wire_events::fell_silent{});  // the peer closes its side in answer
  }
}

}  // namespace ledactor::net
