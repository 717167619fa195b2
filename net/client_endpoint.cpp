#include "net/client_endpoint.hpp"

#include "actors/log.hpp"
#include "net/board_id.hpp"
#include "net/descriptor_watch.hpp"
#include "net/settle.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace ledactor::net {

namespace {

/// How long an address may take to answer.
caf::timespan connect_time(const client_config& config) {
  return std::clamp<caf::timespan>(config.retry_max, min_connect_time, max_connect_time);
}

}  // namespace

client_endpoint_state::client_endpoint_state(client_endpoint_actor::broker_pointer self,
                                             client_config config, session_neighbours neighbours)
    : self_(self),
      config_(std::move(config)),
      neighbours_(std::move(neighbours)),
      retry_(config_.retry_min, config_.retry_max),
      reconnects_(self->system().metrics().counter_singleton(
          "ledactor", "reconnects", "Attempts to dial again.", "1", true)) {
  neighbours_.lines = std::make_shared<line_limiter>(
      [](std::uint64_t n) { LEDACTOR_WARNING("endpoint", "left out lines={}", n); });
  link_metrics{self_->system()};  // so that sessions' figures are there before the first session
  self_->set_down_handler([this](const caf::down_msg& down) { on_session_end(down); });
  self_->set_exit_handler([this](const caf::exit_msg& msg) { on_exit(msg); });
}

client_endpoint_state::~client_endpoint_state() {
  if (session_) {
    self_->send_exit(session_, caf::make_error(errc::shutdown));
  }
}

client_endpoint_actor::behavior_type client_endpoint_state::make_behavior() {
  const client_endpoint_actor me{self_};
  neighbours_.host = session_host{me};
  const auto watch = watch_on(self_->backend());
  dialer_ = std::make_unique<dialer>(
      watch, [weak = me.address()] {  // the dialer must not keep its owner alive
        if (auto endpoint = caf::actor_cast<client_endpoint_actor>(weak)) {
          caf::anon_send(endpoint, dialed_atom_v);
        }
      });
  watch_ = std::make_unique<carrier_watch>(watch, [weak = me.address()] {
    if (auto endpoint = caf::actor_cast<client_endpoint_actor>(weak)) {
      caf::anon_send(endpoint, carrier_atom_v);
    }
  });
  if (watch_->fault() != 0) {
    LEDACTOR_WARNING("endpoint", "cannot watch cables error={}",
                     log_text(std::strerror(watch_->fault())));
  }
  dial();
  return {
      [this](attach_atom, const panel_actor& panel) {
        neighbours_.panel = panel;
        if (session_) {
          self_->send(session_, attach_atom_v, panel);
        }
      },
      [this](attach_atom, const led_bank_actor& led_bank) {
        neighbours_.led_bank = led_bank;
        if (session_) {
          self_->send(session_, attach_atom_v, led_bank);
        }
      },
      [this](greet_atom, const guest& server) { on_greeting(server); },
      [this](dialed_atom) { on_dialed(); },
      [this](carrier_atom) { on_carrier(); },
      // Connections are their sessions'; nothing is read here.
      [](const caf::io::new_data_msg&) {},
      [](const caf::io::connection_closed_msg&) {},
  };
}

void client_endpoint_state::dial() {
  if (stopping_) {
    return;
  }
  LEDACTOR_DEBUG("endpoint", "dial host={} port={}", config_.host, config_.port);
  lookup_timer_.dispose();
  began_ = self_->clock().now();
  dialer_->dial(config_.host, config_.port, connect_time(config_));
  lookup_timer_ = self_->run_delayed(lookup_patience, [this] {
    if (dialer_->is_looking_up() && neighbours_.lines->allows(self_)) {
      LEDACTOR_INFO("endpoint", "waiting for the name service host={}", config_.host);
    }
  });
}

void client_endpoint_state::dial_later() {
  settling_ = false;
  reconnects_->inc();
  const auto now = self_->clock().now();
  const auto due = std::max(began_ + retry_.next(), now);
  pause_ = self_->run_delayed(due - now, [this] { dial(); });
}

void client_endpoint_state::on_dialed() {
  auto result = dialer_->go_on(self_->clock().now());
  dial_timer_.dispose();
  if (stopping_) {
    return;
  }
  if (!result) {
    if (const auto due = dialer_->due()) {
      dial_timer_ = self_->run_delayed(std::max<caf::timespan>(*due - self_->clock().now(), {}),
                                       [this] { on_dialed(); });
    }
    return;
  }
  lookup_timer_.dispose();
  if (const auto* failed = std::get_if<socket_error>(&*result)) {
    if (neighbours_.lines->allows(self_)) {
      LEDACTOR_INFO("endpoint", "cannot connect host={} port={} error={}", config_.host,
                    config_.port, log_text(failed->text));
    }
    dial_later();
    return;
  }
  LEDACTOR_DEBUG("endpoint", "connected host={} port={}", config_.host, config_.port);
  const auto fd = std::get<unique_fd>(*result).release();
  session_ = spawn_session(self_->backend(), self_->backend().new_scribe(fd), config_.session,
                           neighbours_);
  self_->monitor(session_);
  cables_.attach(session_.id(), fd);
}

void client_endpoint_state::on_carrier() {
  for (const auto& change : watch_->take()) {
    cables_.forget_addresses();
    if (!change.plugged && !cables_.users_of(change.interface).empty()) {
      LEDACTOR_INFO("endpoint", "cable pulled interface={}", log_text(change.name));
      self_->send_exit(session_, caf::make_error(errc::cable));
    } else if (change.plugged && !session_) {
      LEDACTOR_INFO("endpoint", "network is back interface={}", log_text(change.name));
      retry_.reset();
      began_ = {};  // the next pause is over
      if (!settling_) {
        pause_.dispose();
        dial();
      }
    }
  }
}

void client_endpoint_state::on_greeting(const guest& server) {
  retry_.reset();
  news_.send(self_, neighbours_.watcher, guest_list{{server}, {}});
}

void client_endpoint_state::on_session_end(const caf::down_msg& down) {
  session_ = nullptr;
  settling_ = true;
  cables_.detach(down.source.id());
  began_ = self_->clock().now();
  neighbours_.lines->tell_later(self_);  // what the session was not to log
  if (down.reason == errc::replaced) {   // by a twin, as a copied SD card makes one: not once more
    if (neighbours_.lines->allows(self_)) {
      LEDACTOR_WARNING("endpoint", "another board has this one's id, so this one takes a new one");
    }
    config_.session.board = random_board_id();
  }
  news_.send(self_, neighbours_.watcher, guest_list{});
  if (stopping_) {
    neighbours_.lines->tell();
    self_->quit(caf::exit_reason::user_shutdown);
  } else if (down.reason != errc::kicked || config_.rejoin_when_kicked) {
    when_settled(self_, neighbours_, [this] { dial_later(); });
  }
}

void client_endpoint_state::on_exit(const caf::exit_msg& msg) {
  stopping_ = true;
  pause_.dispose();
  lookup_timer_.dispose();
  dial_timer_.dispose();
  if (session_) {
    self_->send_exit(session_, msg.reason);
  } else {
    self_->quit(caf::exit_reason::user_shutdown);
  }
}

}  // namespace ledactor::net
