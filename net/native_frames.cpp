#include "net/foreign.hpp"
#include "net/native_wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ledactor::net {

void native_wire::receive(std::span<const std::uint8_t> bytes, time_point now) {
  if (!is_listening() || bytes.empty()) {
    return;  // nobody listens any more, so nothing is kept
  }
  if (!std::exchange(heard_, true)) {
    foreign_ = name_foreign(bytes, config_.page_port);
  }
  while (is_listening()) {
    const auto before = reader_.taken();
    const auto f = reader_.next(bytes);
    if (reader_.taken() > before) {  // anybody on the cable can send bytes; a frame is the peer's
      heard_last_.start(now);
      claimed_ = false;
    }
    if (!f) {
      break;
    }
    on_frame(*f, now);
  }
  if (is_listening() && !reader_.failure().empty()) {
    refuse(foreign_.empty() ? reader_.failure() : foreign_, now);
  }
}

void native_wire::on_frame(const frame& f, time_point now) {
  ++counts_.frames_received;
  if (const auto* goodbye = std::get_if<bye>(&f)) {
    on_bye(*goodbye);
  } else if (phase_ == phase::fresh) {
    if (const auto* greeting = std::get_if<hello>(&f)) {
      on_hello(*greeting, now);
    } else {
      refuse("expected a hello", now);
    }
  } else if (const auto* l = std::get_if<levels_frame>(&f); l != nullptr && is_seated()) {
    on_levels(*l, now);
  } else if (const auto* a = std::get_if<ack>(&f); a != nullptr && is_seated()) {
    on_ack(*a, now);
  } else if (const auto* w = std::get_if<net::wait>(&f);
             w != nullptr && is_client() && phase_ == phase::greeted) {
    on_wait(*w, now);
  } else if (std::holds_alternative<net::seat>(f) && is_client() && phase_ == phase::greeted) {
    seat(now);
  } else if (!std::holds_alternative<heartbeat>(f)) {
    refuse(fmt::format("unexpected frame of type {}", f.index() + 1), now);
  }
}

void native_wire::on_hello(const hello& f, time_point now) {
  if (f.version != protocol_version) {
    tell(wire_events::refused{
        fmt::format("it speaks version {}, and we speak {}", f.version, protocol_version)});
    end(errc::version, fmt::format("this side speaks version {}", protocol_version), now);
    return;
  }
  if (f.role == static_cast<std::uint8_t>(config_.role)) {
    refuse("both sides have the same role", now);
    return;
  }
  peer_ = {0, f.name, f.leds, f.buttons, f.board};
  if (f.heartbeat != 0) {
    peer_heartbeat_ = std::chrono::milliseconds{f.heartbeat};
  }
  phase_ = phase::greeted;
  schedule(now);  // heartbeats begin
  tell(wire_events::met{f.heartbeat});
  if (!is_client()) {
    say(own_hello(), now);
    tell(wire_events::arrived{});
  }
}

void native_wire::on_wait(const net::wait& f, time_point now) {
  let_in();
  place_ = f;
  tell_place(now);
}

/// On a client: the server has given a seat or a place.
void native_wire::let_in() {
  if (!std::exchange(let_in_, true)) {
    tell(wire_events::arrived{});
  }
}

/// Tells the newest place, now or at a later tick: a server may send places without end.
void native_wire::tell_place(time_point now) {
  if (place_ && place_rate_.take(now)) {
    tell(wire_events::placed{place_->place, std::move(place_->holder)});
    place_.reset();
  }
}

void native_wire::on_levels(levels_frame f, time_point now) {
  if (being_shown_.size() == max_unacknowledged) {
    refuse("too many levels at once", now);
    return;
  }
  if (!std::exchange(linked_, true)) {
    tell(wire_events::linked{});
  }
  ++counts_.levels_received;
  f.pressed = on_wire(f.pressed, peer_.buttons);
  tell(wire_events::heard{f.pressed, f.seq});
  last_shown_ = f;
  show(being_shown_.emplace_back(received_levels{f, counts_.levels_received}));
}

// A ticket is the frame's number, from 1.
native_wire::received_levels* native_wire::find_shown(std::uint64_t ticket) {
  const auto first = counts_.levels_received - being_shown_.size() + 1;
  const bool is_here = ticket >= first && ticket <= counts_.levels_received;
  return is_here ? &being_shown_[ticket - first] : nullptr;
}

void native_wire::show(received_levels& l) {
  l.state = showing::asked;
  l.led_bank = led_bank_;
  tell(wire_events::show{last_shown_->pressed, l.frame.seq, l.ticket});
}

void native_wire::shown(std::uint64_t ticket, time_point now) {
  if (auto* const l = find_shown(ticket)) {
    l->state = showing::shown;
    acknowledge_shown(now);
  }
}

void native_wire::not_shown(std::uint64_t ticket, time_point /*now*/) {
  auto* const l = find_shown(ticket);
  if (l == nullptr || has_ended()) {
    return;
  }
  if (l->led_bank == led_bank_) {
    l->state = showing::lost;  // until there is a new one
  } else {
    show(*l);
  }
}

// An LED bank that has nothing to write answers before a chip that still writes, and a dead one
// at once: the answers' order is not the frames'.
void native_wire::acknowledge_shown(time_point now) {
  while (!being_shown_.empty() && being_shown_.front().state == showing::shown) {
    const auto f = being_shown_.front().frame;
    being_shown_.pop_front();
    if (is_seated()) {
      say(ack{f.seq, f.when}, now);
    }
  }
}

void native_wire::meet_led_bank(time_point /*now*/) {
  ++led_bank_;
  if (!is_seated()) {
    return;
  }
  bool any = false;
  for (auto& l : being_shown_) {
    if (l.state == showing::lost) {
      any = true;
      show(l);
    }
  }
  if (!any && last_shown_) {
    tell(wire_events::show{last_shown_->pressed, last_shown_->seq, 0});  // nobody waits for it
  }
}

void native_wire::on_ack(const ack& f, time_point now) {
  if (unacknowledged_.empty()) {
    refuse("an acknowledgement of nothing", now);
    return;
  }
  const auto expected = unacknowledged_.front().expected;
  if (f != expected) {
    refuse(fmt::format("an acknowledgement of seq {}, not of seq {}", f.seq, expected.seq), now);
    return;
  }
  unacknowledged_.pop_front();
  if (expected.when != 0) {
    tell(wire_events::confirmed{f.seq, expected.when});
  }
  send_unsent(now);
}

void native_wire::on_bye(const bye& f) {
  auto reason = errc::none;
  if (!from_integer(f.reason, reason) || reason == errc::none || reason > last_farewell) {
    reason = errc::closed;  // a reason of a later version
  } else if (reason == errc::kicked && !is_seated()) {
    reason = errc::protocol;  // who gave no seat cannot take it away
  }
  tell(wire_events::farewell{reason, f.text});
  if (!is_farewell(reason) && !f.text.empty()) {
    tell(wire_events::refused{f.text});  // it says what it does not like about us
  }
  finish(reason);
}

void native_wire::refuse(const std::string& why, time_point now) {
  tell(wire_events::refused{why});
  end(errc::protocol, why, now);
}

void native_wire::press(const levels& l, time_point now) {
  if (!is_seated()) {
    return;
  }
  const levels_frame f{l.seq, static_cast<std::uint64_t>(l.when.count()),
                       on_wire(l.pressed, config_.buttons)};
  if (unsent_.size() < max_unsent) {
    unsent_.push_back(f);
  } else {
    unsent_.back() = f;
    ++counts_.merged;
  }
  send_unsent(now);
}

void native_wire::send_unsent(time_point now) {
  while (is_seated() && !unsent_.empty() && unacknowledged_.size() < max_unacknowledged) {
    const auto f = unsent_.front();
    unsent_.pop_front();
    unacknowledged_.push_back({ack{f.seq, f.when}, stopwatch{now}});
    ++counts_.levels_sent;
    tell(wire_events::sent{f.pressed, f.seq});
    say(f, now);
  }
}

void native_wire::say(const frame& f, time_point now) {
  if (phase_ >= phase::ending || !is_open_) {
    return;
  }
  ++counts_.frames_sent;
  const auto before = output_.size();
  append_frame(output_, f);
  last_said_ = now;
  if (outstanding_ + output_.size() > max_outstanding) {
    output_.resize(before);
    finish(errc::stalled);
  }
}

hello native_wire::own_hello() const {
  const auto heartbeat = std::chrono::ceil<std::chrono::milliseconds>(config_.heartbeat).count();
  return {protocol_version,
          static_cast<std::uint8_t>(config_.role),
          config_.leds,
          config_.buttons,
          config_.name,
          std::clamp(static_cast<std::uint32_t>(heartbeat), min_heartbeat, max_heartbeat),
          config_.board};
}

}  // namespace ledactor::net
