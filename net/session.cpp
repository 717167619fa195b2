#include "net/session.hpp"

#include "actors/log.hpp"
#include "net/ece387_wire.hpp"
#include "net/foreign.hpp"
#include "net/native_wire.hpp"
#include "net/socket.hpp"

#include <algorithm>
#include <utility>

namespace ledactor::net {

session_state::session_state(session_actor::broker_pointer self,
                             caf::io::connection_handle connection, session_config config,
                             session_neighbours neighbours)
    : self_(self),
      connection_(connection),
      config_(std::move(config)),
      neighbours_(std::move(neighbours)),
      metrics_(self->system()) {
  self_->set_exit_handler([this](const caf::exit_msg& msg) { on_exit(msg); });
}

session_actor::behavior_type session_state::make_behavior() {
  self_->ack_writes(connection_, true);
  self_->configure_read(connection_, caf::io::receive_policy::at_most(4096));
  begin();
  react();
  return {
      [this](const caf::io::new_data_msg& msg) {
        on_data(msg);
        end_turn();
      },
      [this](const caf::io::connection_closed_msg&) { put([](auto& w, auto) { w.close(); }); },
      [this](const caf::io::data_transferred_msg& msg) {
        put([&](auto& w, auto time) { w.taken(msg.remaining, time); });
      },
      [this](const levels& l) { put([&](auto& w, auto time) { w.press(l, time); }); },
      [this](seat_atom) { put([](auto& w, auto time) { w.seat(time); }); },
      [this](yield_atom, bool proved) {
        bool is_ghost = false;
        put([&](auto& w, auto time) { is_ghost = w.yield(proved, time); });
        return is_ghost;
      },
      [this](queue_atom, std::uint32_t place, const std::string& holder) {
        put([&](auto& w, auto time) { w.wait(place, holder, time); });
      },
      [this](attach_atom, const panel_actor& panel) {
        neighbours_.panel = panel;
        if (wire_->is_seated()) {
          ask_panel();
        }
      },
      [this](attach_atom, const led_bank_actor& led_bank) {
        neighbours_.led_bank = led_bank;
        put([](auto& w, auto time) { w.meet_led_bank(time); });
      },
  };
}

/// Begins to speak the wire that is configured, or that the peer's first bytes have told.
void session_state::begin() {
  const bool is_client = config_.role == board_role::client;
  if (config_.wire == wire_kind::any) {
    wire_ = std::make_unique<undecided_wire>(config_, now());
    return;
  }
  if (config_.wire == wire_kind::ece387) {
    // A peer that waits for a seat says nothing, and is not asked anything: the kernel finds out
    // whether it is still there.
    keep_alive(static_cast<int>(connection_.id()), config_.dead_after);
    wire_ =
        std::make_unique<ece387_wire>(config_, "ece387 " + self_->remote_addr(connection_), now());
  } else {
    wire_ = std::make_unique<native_wire>(config_, now());
    if (config_.keys) {
      channel_ = std::make_unique<secure_channel>(is_client, config_.keys);
    }
  }
  if (is_client) {
    self_->send(neighbours_.supervisor, join_atom_v);
  }
  if (!channel_) {
    wire_->open(now());
  } else if (is_client) {
    decrypt({});  // begins the handshake
  }
  if (wire_->is_seated()) {
    ask_panel();
  }
}

void session_state::on_data(const caf::io::new_data_msg& msg) {
  const std::span bytes{reinterpret_cast<const std::uint8_t*>(msg.buf.data()), msg.buf.size()};
  if (config_.wire == wire_kind::any) {
    config_.wire = looks_like_ece387(bytes) ? wire_kind::ece387 : wire_kind::native;
    begin();
  }
  if (!wire_->is_listening()) {
    return;  // nobody listens any more, so nothing is kept
  }
  const bool is_first = !std::exchange(heard_, true);
  if (!is_first || config_.wire == wire_kind::ece387 || speak_alike(bytes)) {
    wire_->receive(channel_ ? decrypt(bytes) : bytes, now());
  }
  react();
}

// Both sides encrypt, or neither does; who is refused for it is told why, in clear.
bool session_state::speak_alike(std::span<const std::uint8_t> first_bytes) {
  const bool is_encrypted = looks_like_tls(first_bytes);
  if (is_encrypted == (channel_ != nullptr)) {
    return true;
  }
  metrics_.fail_handshake(errc::key);
  const auto foreign = name_foreign(first_bytes, config_.page_port);
  complain(!foreign.empty() ? foreign
           : is_encrypted   ? "it has a key, and we have none"
                            : "it has no key, and we have one");
  if (config_.role == board_role::client) {
    wire_->finish(errc::key);
  } else {
    channel_.reset();
    wire_->open(now());
    wire_->end(errc::key, is_encrypted ? "this board has no key" : "this board wants a key", now());
  }
  return false;
}

/// Takes the peer's bytes through the channel. @returns what of them is ours to read.
std::span<const std::uint8_t> session_state::decrypt(std::span<const std::uint8_t> bytes) {
  switch (channel_->receive(bytes)) {
    case secure_channel::state::open:
      if (!std::exchange(secured_, true)) {
        if (neighbours_.lines->allows(now())) {
          LEDACTOR_INFO("session", "secured key={}", channel_->fingerprint());
        }
        wire_->open(now());
      }
      return channel_->received();
    case secure_channel::state::shaking_hands:
      break;
    case secure_channel::state::closed:
      wire_->finish(errc::closed);
      break;
    case secure_channel::state::other_key:
      fail_channel(errc::key);
      wire_->end(errc::key, {}, now());  // the channel has said so itself
      break;
    case secure_channel::state::foreign:
      fail_channel(errc::protocol);
      wire_->end(errc::protocol, {}, now());
      break;
    case secure_channel::state::broken:
      fail_channel(errc::tampered);
      wire_->finish(errc::tampered);
      break;
  }
  return {};
}

void session_state::fail_channel(errc why) {
  if (!secured_) {
    metrics_.fail_handshake(why);
  }
  complain(channel_->failure());
}

void session_state::on_exit(const caf::exit_msg& msg) {
  const auto reason = to_errc(msg.reason);
  put([&](auto& w, auto time) {
    if (is_abrupt(reason)) {
      w.finish(reason);
    } else {
      w.end(reason == errc::closed ? errc::shutdown : reason, text_of(msg.reason), time);
    }
  });
}

void session_state::end_turn() {
  if (!wire_->has_ended()) {
    send_output();
    react();
  }
}

/// Sends what the wire and the channel have for the peer.
void session_state::send_output() {
  auto& said = wire_->output();
  if (channel_) {
    if (!said.empty()) {
      channel_->send(said);
      said.clear();
    }
    channel_->take_output(secret_);
  }
  auto& bytes = channel_ ? secret_ : said;
  if (bytes.empty() && (wire_->is_listening() || wire_->has_ended())) {
    return;
  }
  self_->write(connection_, bytes.size(), bytes.data());
  bytes.clear();
  self_->flush(connection_);
  wire_->written(self_->wr_buf(connection_).size(), now());
}

// A timer stays as it is when the deadline moves back, as it does with each frame.
void session_state::set_timer() {
  const auto due = wire_->deadline();
  if (due >= timer_due_) {
    return;
  }
  timer_.dispose();
  timer_due_ = due;
  timer_ = self_->run_delayed(std::max(due - now(), caf::timespan{0}), [this] {
    timer_due_ = time_point::max();
    put([](auto& w, auto time) { w.tick(time); });
  });
}

session_actor spawn_session(caf::io::network::multiplexer& backend, caf::io::scribe_ptr connection,
                            const session_config& config, session_neighbours neighbours) {
  caf::actor_config how{&backend};
  auto session = backend.system().spawn_class<session_impl, caf::no_spawn_options>(
      how, connection->hdl(), config, std::move(neighbours));
  auto* broker = static_cast<session_impl*>(caf::actor_cast<caf::abstract_actor*>(session));
  if (connection->parent() == nullptr) {
    broker->add_scribe(std::move(connection));
  } else {
    broker->move_scribe(std::move(connection));
  }
  return session;
}

}  // namespace ledactor::net
