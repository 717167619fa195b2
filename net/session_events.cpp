#include "actors/log.hpp"
#include "net/session.hpp"
#include "net/socket.hpp"

#include <chrono>
#include <utility>
#include <variant>

namespace ledactor::net {

namespace {

/// A fact of a log line, if there is one.
template <class T>
std::string fact(std::string_view key, const std::optional<T>& value) {
  return value ? fmt::format(" {}={}", key, *value) : std::string{};
}

}  // namespace

void session_state::react() {
  for (auto& event : wire_->events()) {
    std::visit([this](auto& e) { on(e); }, event);
  }
  wire_->events().clear();
  count();
  if (!wire_->has_ended()) {
    set_timer();
  }
}

void session_state::count() {
  const auto& all = wire_->counts();
  const auto add = [](auto* metric, std::uint64_t wire_counts::*figure, auto& from, auto& to) {
    if (const auto more = to.*figure - from.*figure; more > 0) {
      metric->inc(static_cast<std::int64_t>(more));
    }
  };
  add(metrics_.sent, &wire_counts::frames_sent, counted_, all);
  add(metrics_.received, &wire_counts::frames_received, counted_, all);
  add(metrics_.merged, &wire_counts::merged, counted_, all);
  counted_ = all;
}

void session_state::on(const wire_events::met& e) {
  const auto& peer = wire_->peer();
  if (e.heartbeat) {
    LEDACTOR_DEBUG("session", "greeted peer={} leds={} buttons={} heartbeat-ms={}",
                   log_text(peer.name), peer.leds, peer.buttons, *e.heartbeat);
  } else {
    LEDACTOR_DEBUG("session", "greeted peer={}", log_text(peer.name));
  }
}

void session_state::on(const wire_events::arrived& /*e*/) {
  auto peer = wire_->peer();
  peer.session = self_->id();
  self_->send(neighbours_.host, greet_atom_v, std::move(peer));
}

void session_state::on(const wire_events::seated& /*e*/) {
  if (config_.role == board_role::server) {
    self_->send(neighbours_.supervisor, join_atom_v);
  }
  places_.forget();
  LEDACTOR_DEBUG("session", "seated peer={}", log_text(wire_->peer().name));
  ask_panel();
}

void session_state::ask_panel() {
  self_->send(neighbours_.panel, attach_atom_v, levels_sink{session_actor{self_}});
}

void session_state::on(wire_events::placed& e) {
  places_.send(self_, neighbours_.supervisor, wait_atom_v, std::uint32_t{e.place},
               std::move(e.holder));
}

void session_state::on(const wire_events::linked& /*e*/) {
  self_->send(neighbours_.supervisor, linked_atom_v, wire_->peer().name);
}

void session_state::on(const wire_events::heard& e) {
  LEDACTOR_DEBUG("session", "received levels={:#x} seq={} peer={}", e.lit, e.seq,
                 log_text(wire_->peer().name));
}

void session_state::on(const wire_events::show& e) {
  self_->request(neighbours_.led_bank, caf::infinite, peer_levels{e.lit, e.seq})
      .then([this, ticket = e.ticket] { put([&](auto& w, auto time) { w.shown(ticket, time); }); },
            [this, ticket = e.ticket](const caf::error&) {
              put([&](auto& w, auto time) { w.not_shown(ticket, time); });
            });
}

void session_state::on(const wire_events::sent& e) {
  LEDACTOR_DEBUG("session", "sent levels={:#x}{} peer={}", e.pressed, fact("seq", e.seq),
                 log_text(wire_->peer().name));
}

void session_state::on(const wire_events::confirmed& e) {
  const auto took =
      std::chrono::steady_clock::now().time_since_epoch() - std::chrono::nanoseconds{e.when};
  metrics_.press_to_led->observe(std::chrono::duration<double>{took}.count());
  LEDACTOR_DEBUG("session", "acknowledged seq={} round-trip-us={}", e.seq,
                 std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  round_trips_.send(self_, neighbours_.watcher, round_trip{e.seq, took});
}

void session_state::on(const wire_events::farewell& e) {
  LEDACTOR_DEBUG("session", "farewell peer={} reason={} text={}", log_text(wire_->peer().name),
                 to_string(e.reason), log_text(e.text));
}

void session_state::on(const wire_events::refused& e) {
  complain(e.why);
}

void session_state::on(const wire_events::held_up& /*e*/) {
  LEDACTOR_DEBUG("session", "held up");
}

void session_state::on(const wire_events::fell_silent& /*e*/) {
  shutdown_write(static_cast<int>(connection_.id()));
}

void session_state::on(const wire_events::ended& e) {
  timer_.dispose();  // the clock would keep this actor's memory until it is due
  send_output();
  const auto peer = log_text(wire_->peer().name);
  if (may_log()) {
    const auto& all = wire_->counts();
    LEDACTOR_INFO("session", "ended peer={} reason={} sent={} merged={} received={}{}", peer,
                  to_string(e.reason), all.levels_sent, all.merged, all.levels_received,
                  fact("unacknowledged", wire_->unacknowledged()));
  } else {
    LEDACTOR_DEBUG("session", "ended peer={} reason={}", peer, to_string(e.reason));
  }
  // CAF's own close would wait for a peer that may never read or answer.
  shutdown_both(static_cast<int>(connection_.id()));
  self_->quit(caf::make_error(e.reason, complaint_));
}

// Of strangers, whom nothing keeps from coming again and again, the endpoint tells, now and then.
void session_state::complain(const std::string& why) {
  complaint_ = why;
  const auto peer = log_text(wire_->peer().name);
  if (may_log()) {
    LEDACTOR_WARNING("session", "refused peer={} why={}", peer, log_text(why));
  } else {
    LEDACTOR_DEBUG("session", "refused peer={} why={}", peer, log_text(why));
  }
}

/// Whether the log has room for a line about the peer; else it is for debugging alone.
bool session_state::may_log() {
  return !wire_->is_stranger() && neighbours_.lines->allows(now());
}

}  // namespace ledactor::net
