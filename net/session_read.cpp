#include "actors/log.hpp"
#include "net/foreign.hpp"
#include "net/session.hpp"

#include <utility>

namespace ledactor::net {

void session_state::on_data(const caf::io::new_data_msg& msg) {
  if (phase_ == phase::ending) {
    return;  // nobody listens any more, so nothing is kept
  }
  std::span bytes{reinterpret_cast<const std::uint8_t*>(msg.buf.data()), msg.buf.size()};
  if (!std::exchange(heard_, true)) {
    foreign_ = name_foreign(bytes, config_.page_port);
    if (!speak_alike(bytes)) {
      return;
    }
  }
  reader_.feed(channel_ ? decrypt(bytes) : bytes);
  while (phase_ != phase::ending) {
    const auto before = reader_.taken();
    const auto f = reader_.next();
    if (reader_.taken() > before) {  // anybody on the cable can send bytes; a frame is the peer's
      heard_last_.start(self_->clock().now());
      claimed_ = false;
    }
    if (!f) {
      break;
    }
    on_frame(*f);
  }
  if (phase_ != phase::ending && !reader_.failure().empty()) {
    refuse(foreign_.empty() ? reader_.failure() : foreign_);
  }
}

// Both sides encrypt, or neither does; who is refused for it is told why, in clear.
bool session_state::speak_alike(std::span<const std::uint8_t> first_bytes) {
  const bool is_encrypted = looks_like_tls(first_bytes);
  if (is_encrypted == (channel_ != nullptr)) {
    return true;
  }
  metrics_.fail_handshake(errc::key);
  complain(!foreign_.empty() ? foreign_
           : is_encrypted    ? "it has a key, and we have none"
                             : "it has no key, and we have one");
  if (config_.role == board_role::client) {
    finish(errc::key);
  } else {
    channel_.reset();
    end(errc::key, is_encrypted ? "this board has no key" : "this board wants a key");
  }
  return false;
}

/// Takes the peer's bytes through the channel. @returns what of them is ours to read.
std::span<const std::uint8_t> session_state::decrypt(std::span<const std::uint8_t> bytes) {
  const auto state = channel_->receive(bytes);
  write(channel_->take_output());
  if (state == secure_channel::state::open) {
    if (!std::exchange(secured_, true)) {
      if (neighbours_.lines->allows(self_->clock().now())) {
        LEDACTOR_INFO("session", "secured key={}", channel_->fingerprint());
      }
      if (config_.role == board_role::client) {
        send(own_hello());
      }
    }
    return channel_->received();
  }
  switch (state) {
    case secure_channel::state::shaking_hands:
    case secure_channel::state::open:
      break;
    case secure_channel::state::closed:
      finish(errc::closed);
      break;
    case secure_channel::state::other_key:
      complain_of_channel(errc::key);
      end(errc::key);  // the channel has said so itself
      break;
    case secure_channel::state::foreign:
      complain_of_channel(errc::protocol);
      end(errc::protocol);
      break;
    case secure_channel::state::broken:
      complain_of_channel(errc::tampered);
      finish(errc::tampered);
      break;
  }
  return {};
}

void session_state::on_frame(const frame& f) {
  metrics_.received->inc();
  const bool is_client = config_.role == board_role::client;
  if (const auto* goodbye = std::get_if<bye>(&f)) {
    on_bye(*goodbye);
  } else if (phase_ == phase::fresh) {
    if (const auto* greeting = std::get_if<hello>(&f)) {
      on_hello(*greeting);
    } else {
      refuse("expected a hello");
    }
  } else if (const auto* l = std::get_if<levels_frame>(&f);
             l != nullptr && phase_ == phase::seated) {
    on_levels(*l);
  } else if (const auto* a = std::get_if<ack>(&f); a != nullptr && phase_ == phase::seated) {
    on_ack(*a);
  } else if (const auto* w = std::get_if<wait>(&f);
             w != nullptr && is_client && phase_ == phase::greeted) {
    on_wait(*w);
  } else if (std::holds_alternative<seat>(f) && is_client && phase_ == phase::greeted) {
    on_seat();
  } else if (!std::holds_alternative<heartbeat>(f)) {
    refuse(fmt::format("unexpected frame of type {}", f.index() + 1));
  }
}

void session_state::on_hello(const hello& f) {
  if (f.version != protocol_version) {
    complain(fmt::format("it speaks version {}, and we speak {}", f.version, protocol_version));
    end(errc::version, fmt::format("this side speaks version {}", protocol_version));
    return;
  }
  if (f.role == static_cast<std::uint8_t>(config_.role)) {
    refuse("both sides have the same role");
    return;
  }
  peer_ = f.name;
  peer_leds_ = f.leds;
  peer_buttons_ = f.buttons;
  peer_board_ = f.board;
  if (f.heartbeat != 0) {
    peer_heartbeat_ = std::chrono::milliseconds{f.heartbeat};
  }
  phase_ = phase::greeted;
  schedule_tick();  // heartbeats begin
  LEDACTOR_DEBUG("session", "greeted peer={} leds={} buttons={} heartbeat-ms={}", log_text(peer_),
                 f.leds, f.buttons, f.heartbeat);
  if (config_.role == board_role::server) {
    send(own_hello());
    self_->send(neighbours_.host, greet_atom_v, peer());
  }
}

void session_state::on_wait(const wait& f) {
  if (!std::exchange(let_in_, true)) {
    self_->send(neighbours_.host, greet_atom_v, peer());
  }
  place_ = f;
  tell_place();
}

/// Tells the newest place, now or at a later tick: a server may send places without end.
void session_state::tell_place() {
  if (place_ && place_rate_.take(self_->clock().now())) {
    places_.send(self_, neighbours_.supervisor, wait_atom_v, std::uint32_t{place_->place},
                 std::move(place_->holder));
    place_.reset();
  }
}

guest session_state::peer() const {
  return {self_->id(), peer_, peer_leds_, peer_buttons_, peer_board_};
}

void session_state::on_levels(levels_frame f) {
  if (being_shown_.size() == max_unacknowledged) {
    refuse("too many levels at once");
    return;
  }
  if (!linked_) {
    linked_ = true;
    self_->send(neighbours_.supervisor, linked_atom_v, peer_);
  }
  ++received_;
  f.pressed = on_wire(config_, f.pressed, peer_buttons_);
  LEDACTOR_DEBUG("session", "received levels={:#x} seq={} peer={}", f.pressed, f.seq,
                 log_text(peer_));
  last_shown_ = f;
  show(being_shown_.emplace_back(received_levels{f}));
}

// The reference is good for as long as the frame waits: a deque that changes at its ends only
// leaves the others where they are.
void session_state::show(received_levels& l) {
  l.state = showing::asked;
  self_
      ->request(neighbours_.led_bank, caf::infinite, peer_levels{last_shown_->pressed, l.frame.seq})
      .then(
          [this, &l] {
            l.state = showing::shown;
            acknowledge_shown();
          },
          [this, &l, asked = attached_led_banks_](const caf::error&) {
            if (asked == attached_led_banks_) {
              l.state = showing::lost;  // until the supervisor has a new one
            } else {
              show(l);
            }
          });
}

// An LED bank that has nothing to write answers before a chip that still writes, and a dead one
// at once: the answers' order is not the frames'.
void session_state::acknowledge_shown() {
  while (!being_shown_.empty() && being_shown_.front().state == showing::shown) {
    const auto f = being_shown_.front().frame;
    being_shown_.pop_front();
    if (phase_ == phase::seated) {
      send(ack{f.seq, f.when});
    }
  }
}

void session_state::show_again() {
  if (phase_ != phase::seated) {
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
    self_->send(neighbours_.led_bank, peer_levels{last_shown_->pressed, last_shown_->seq});
  }
}

void session_state::on_ack(const ack& f) {
  if (unacknowledged_.empty()) {
    refuse("an acknowledgement of nothing");
    return;
  }
  const auto expected = unacknowledged_.front().expected;
  if (f != expected) {
    refuse(fmt::format("an acknowledgement of seq {}, not of seq {}", f.seq, expected.seq));
    return;
  }
  unacknowledged_.pop_front();
  if (expected.when != 0) {
    const auto took = std::chrono::steady_clock::now().time_since_epoch()
                      - std::chrono::nanoseconds{expected.when};
    metrics_.press_to_led->observe(std::chrono::duration<double>{took}.count());
    LEDACTOR_DEBUG("session", "acknowledged seq={} round-trip-us={}", f.seq,
                   std::chrono::duration_cast<std::chrono::microseconds>(took).count());
    if (neighbours_.watcher) {
      round_trips_.send(self_, neighbours_.watcher, round_trip{f.seq, took});
    }
  }
  send_unsent();
}

void session_state::on_bye(const bye& f) {
  auto reason = errc::none;
  if (!from_integer(f.reason, reason) || reason == errc::none || reason > last_farewell) {
    reason = errc::closed;  // a reason of a later version
  } else if (reason == errc::kicked && phase_ != phase::seated) {
    reason = errc::protocol;  // who gave no seat cannot take it away
  }
  LEDACTOR_DEBUG("session", "farewell peer={} reason={} text={}", log_text(peer_),
                 to_string(reason), log_text(f.text));
  if (!is_farewell(caf::make_error(reason)) && !f.text.empty()) {
    complain(f.text);  // it says what it does not like about us
  }
  finish(reason);
}

void session_state::refuse(const std::string& why) {
  complain(why);
  end(errc::protocol, why);
}

// Of strangers, whom nothing keeps from coming again and again, the endpoint tells, now and then.
void session_state::complain(const std::string& why) {
  complaint_ = why;
  if (may_log()) {
    LEDACTOR_WARNING("session", "refused peer={} why={}", log_text(peer_), log_text(why));
  } else {
    LEDACTOR_DEBUG("session", "refused peer={} why={}", log_text(peer_), log_text(why));
  }
}

void session_state::complain_of_channel(errc why) {
  if (!secured_) {
    metrics_.fail_handshake(why);
  }
  complain(channel_->failure());
}

bool session_state::is_stranger() const {
  return config_.role == board_role::server && !let_in_;
}

/// Whether the log has room for a line about the peer; else it is for debugging alone.
bool session_state::may_log() {
  return !is_stranger() && neighbours_.lines->allows(self_->clock().now());
}

}  // namespace ledactor::net
