#include "net/server_endpoint.hpp"

#include "actors/log.hpp"
#include "net/descriptor_watch.hpp"
#include "net/settle.hpp"
#include "net/socket.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ledactor::net {

namespace {

/// How many connections there may be at a time, within what the system lets this process have.
std::size_t most_sessions(std::size_t seats) {
  const auto descriptors = std::max(max_descriptors(), reserved_descriptors) - reserved_descriptors;
  return std::max(std::min(seats + max_unseated, descriptors), seats + 1);
}

/// How many of those beyond the seats may not have said hello: where descriptors are few, there
/// must still be some for a friend.
std::size_t places_on_doorstep(std::size_t unseated) {
  return std::clamp<std::size_t>(unseated / 2, 2, max_fresh);
}

}  // namespace

server_endpoint_state::server_endpoint_state(server_endpoint_actor::broker_pointer self,
                                             server_config config, session_neighbours neighbours)
    : self_(self),
      config_(std::move(config)),
      neighbours_(std::move(neighbours)),
      started_(self->clock().now()),
      retry_(config_.retry_min, config_.retry_max),
      max_sessions_(most_sessions(config_.seats)),
      doorstep_(places_on_doorstep(max_sessions_ - config_.seats)),
      seating_(config_.seats, config_.queue_when_busy),
      turned_away_(self->system().metrics().counter_singleton(
          "ledactor", "turned-away", "Connections that ended before a valid hello.", "1", true)),
      seats_taken_(self->system().metrics().gauge_singleton("ledactor", "seats-taken",
                                                            "Clients that have a seat.")),
      queue_length_(self->system().metrics().gauge_singleton("ledactor", "queue-length",
                                                             "Clients that wait for a seat.")),
      strangers_([](std::uint64_t n) { LEDACTOR_WARNING("endpoint", "turned away more={}", n); },
                 stranger_line_burst) {
  neighbours_.lines = std::make_shared<line_limiter>(
      [](std::uint64_t n) { LEDACTOR_WARNING("endpoint", "left out lines={}", n); });
  self->system()
      .metrics()
      .gauge_singleton("ledactor", "seats", "How many clients may be linked at once.")
      ->value(static_cast<std::int64_t>(config_.seats));
  count_guests();
  link_metrics{self_->system()};  // so that sessions' figures are there before the first session
  self_->set_down_handler([this](const caf::down_msg& down) { on_session_end(down); });
  self_->set_exit_handler([this](const caf::exit_msg& msg) { on_exit(msg); });
}

server_endpoint_state::~server_endpoint_state() {
  seats_taken_->value(0);
  queue_length_->value(0);
  for (const auto& [id, session] : sessions_) {
    self_->send_exit(session, caf::make_error(errc::shutdown));
  }
}

server_endpoint_actor::behavior_type server_endpoint_state::make_behavior() {
  const server_endpoint_actor me{self_};
  neighbours_.host = session_host{me};
  const auto watch = watch_on(self_->backend());
  watch_ = std::make_unique<carrier_watch>(watch, [weak = me.address()] {
    if (auto endpoint = caf::actor_cast<server_endpoint_actor>(weak)) {
      caf::anon_send(endpoint, carrier_atom_v);
    }
  });
  if (watch_->fault() != 0) {
    LEDACTOR_WARNING("endpoint", "cannot watch cables error={}",
                     log_text(std::strerror(watch_->fault())));
  }
  listen();
  return {
      [this](attach_atom, const panel_actor& panel) {
        neighbours_.panel = panel;
        for (const auto& [id, session] : sessions_) {
          self_->send(session, attach_atom_v, panel);
        }
      },
      [this](attach_atom, const led_bank_actor& led_bank) {
        neighbours_.led_bank = led_bank;
        for (const auto& [id, session] : sessions_) {
          self_->send(session, attach_atom_v, led_bank);
        }
      },
      [this](greet_atom, const guest& peer) { on_greeting(peer); },
      [this](const caf::io::new_connection_msg& msg) { on_connection(msg); },
      [this](const caf::io::acceptor_closed_msg&) {
        self_->quit(caf::make_error(errc::closed, "the listening socket was closed"));
      },
      // Connections are their sessions'; nothing is read here.
      [](const caf::io::new_data_msg&) {},
      [](const caf::io::connection_closed_msg&) {},
      [this](carrier_atom) { on_carrier(); },
  };
}

void server_endpoint_state::listen() {
  auto listening = listen_on(config_.listen, config_.port);
  if (const auto* failed = std::get_if<socket_error>(&listening)) {
    on_listen_error(failed->code, failed->text);
    return;
  }
  doorman_ = self_->add_doorman(std::get<unique_fd>(listening).release());
  LEDACTOR_INFO("endpoint", "listening address={} port={} seats={}", config_.listen, config_.port,
                config_.seats);
}

void server_endpoint_state::on_listen_error(int code, const std::string& text) {
  const auto where = fmt::format("{} port {}", config_.listen, config_.port);
  const bool in_use = code == EADDRINUSE;
  if (in_use && self_->clock().now() < started_ + in_use_patience) {
    self_->run_delayed(in_use_retry, [this] { listen(); });
  } else if (in_use) {
    self_->quit(caf::make_error(
        errc::not_available,
        fmt::format(
            "ledactor.server.port: another process listens on {}; stop it, or choose another "
            "port on both boards",
            where)));
  } else if (code == EACCES) {
    self_->quit(caf::make_error(
        errc::no_permission,
        fmt::format(
            "ledactor.server.port: this user may not listen on {}; choose a port from 1024 up",
            where)));
  } else {  // the network is not there yet
    const auto pause = retry_.next();
    LEDACTOR_WARNING("endpoint", "cannot listen address={} port={} error={} retry-ms={}",
                     config_.listen, config_.port, log_text(text),
                     std::chrono::duration_cast<std::chrono::milliseconds>(pause).count());
    self_->run_delayed(pause, [this] { listen(); });
  }
}

void server_endpoint_state::on_connection(const caf::io::new_connection_msg& msg) {
  auto address = self_->remote_addr(msg.handle);
  if (sessions_.size() >= max_sessions_ || !may_begin(address)) {
    shutdown_both(static_cast<int>(msg.handle.id()));
    self_->close(msg.handle);
    turn_away(address, caf::make_error(errc::crowded));
    return;
  }
  LEDACTOR_DEBUG("endpoint", "accepted address={} port={} fresh={}", address,
                 self_->remote_port(msg.handle), doorstep_.size());
  const auto session =
      spawn_session(self_->backend(), self_->take(msg.handle), config_.session, neighbours_);
  self_->monitor(session);
  sessions_.emplace(session.id(), session);
  cables_.attach(session.id(), static_cast<int>(msg.handle.id()));
  if (const auto dropped = doorstep_.arrive(session.id(), address)) {
    self_->send_exit(sessions_.at(dropped->who), caf::make_error(errc::crowded));
    turn_away(dropped->address, caf::make_error(errc::crowded));
  }
}

/// Whether a connection from there may cost us a handshake. Without a key there is none.
bool server_endpoint_state::may_begin(const std::string& address) {
  return !config_.session.keys || handshakes_.admits(address, self_->clock().now());
}

void server_endpoint_state::on_greeting(const guest& peer) {
  const auto sender = self_->current_sender();
  const auto address = sender ? doorstep_.leave(sender->id()) : std::nullopt;
  if (!address) {
    return;
  }
  handshakes_.befriend(*address);
  const arrival newcomer{peer, *address};
  if (unsettled_ > 0) {
    newcomers_.push_back(newcomer);
  } else {
    welcome(newcomer);
  }
}

void server_endpoint_state::welcome(const arrival& newcomer) {
  const auto* ghost = seating_.find(newcomer.who.board);
  if (ghost == nullptr) {
    admit(newcomer);
    return;
  }
  if (!sessions_.contains(ghost->session)) {  // it has ended, and is not settled
    newcomers_.push_back(newcomer);
    return;
  }
  claims_.push_back({newcomer, ghost->session});
  const auto settle = [this, heir = newcomer.who.session](bool is_ghost) {
    const auto mine = std::find_if(claims_.begin(), claims_.end(),
                                   [heir](const auto& c) { return c.heir.who.session == heir; });
    if (!is_ghost && mine != claims_.end()) {
      const auto other = std::move(mine->heir);
      claims_.erase(mine);
      admit(other);
    }  // else `on_session_end` goes on
  };
  const bool has_proved_key = config_.session.keys != nullptr;
  self_->request(sessions_.at(ghost->session), caf::infinite, yield_atom_v, has_proved_key)
      .then(settle, [](const caf::error&) {});  // which has ended
}

void server_endpoint_state::admit(const arrival& newcomer) {
  const auto& session = sessions_.at(newcomer.who.session);
  const auto outcome = seating_.arrive(newcomer.who);
  if (outcome == seating::outcome::seated) {
    if (neighbours_.lines->allows(self_)) {
      LEDACTOR_INFO("endpoint", "seat peer={}", log_text(newcomer.who.name));
    }
    self_->send(session, seat_atom_v);
  } else if (outcome == seating::outcome::waiting) {
    if (neighbours_.lines->allows(self_)) {
      LEDACTOR_INFO("endpoint", "queue peer={} holder={}", log_text(newcomer.who.name),
                    log_text(seating_.holder()));
    }
    self_->send(session, queue_atom_v, seating_.place_of(newcomer.who.session), seating_.holder());
  } else {
    auto why = caf::make_error(errc::busy, "the seat is held by " + seating_.holder());
    turn_away(newcomer.address, why);
    self_->send_exit(session, std::move(why));
    return;
  }
  tell_guests();
}

void server_endpoint_state::on_carrier() {
  for (const auto& change : watch_->take()) {
    cables_.forget_addresses();
    const auto users = cables_.users_of(change.interface);
    if (change.plugged || users.empty()) {
      continue;  // to dial is the clients' part
    }
    LEDACTOR_INFO("endpoint", "cable pulled interface={} sessions={}", log_text(change.name),
                  users.size());
    for (const auto user : users) {
      self_->send_exit(sessions_.at(user), caf::make_error(errc::cable));
    }
  }
}

void server_endpoint_state::on_session_end(const caf::down_msg& down) {
  const auto id = down.source.id();
  sessions_.erase(id);
  std::erase_if(newcomers_, [id](const arrival& a) { return a.who.session == id; });
  neighbours_.lines->tell_later(self_);  // what the session was not to log
  cables_.detach(id);
  if (const auto address = doorstep_.leave(id)) {
    turn_away(*address, down.reason);
  }
  if (stopping_) {
    leave_if_alone();
    return;
  }
  std::erase_if(claims_, [id](const claim& c) { return c.heir.who.session == id; });
  const auto& seated = seating_.guests().seated;
  if (std::any_of(seated.begin(), seated.end(), [id](const guest& g) { return g.session == id; })) {
    ++unsettled_;
    when_settled(self_, neighbours_, [this, down] { on_settled(down); });
  } else {
    make_room(down);
  }
}

/// What a guest who had a seat has sent is dealt with.
void server_endpoint_state::on_settled(const caf::down_msg& down) {
  if (stopping_) {
    return;
  }
  make_room(down);
  if (--unsettled_ == 0) {
    for (const auto& newcomer : std::exchange(newcomers_, {})) {
      welcome(newcomer);
    }
  }
}

/// Frees the seat of a guest who has gone, or its place in the queue.
void server_endpoint_state::make_room(const caf::down_msg& down) {
  const auto id = down.source.id();
  const auto heirs = take_heirs(id);
  const auto waited = seating_.guests().waiting.size();
  const auto* left = seating_.find(id);
  const bool is_heir_next = left != nullptr && !is_farewell(down.reason) && hand_on(*left, heirs);
  if (!is_heir_next) {
    pass_seat(id);
  }
  if (seating_.guests().waiting.size() != waited) {
    tell_places();
  }
  tell_guests();
  for (const auto& heir : heirs) {
    if (seating_.find(heir.who.session) == nullptr) {
      welcome(heir);
    }
  }
}

/// Those for whom a session makes room, the first to come first.
std::vector<server_endpoint_state::arrival> server_endpoint_state::take_heirs(caf::actor_id ghost) {
  std::vector<arrival> heirs;
  for (const auto& c : claims_) {
    if (c.ghost == ghost) {
      heirs.push_back(c.heir);
    }
  }
  std::erase_if(claims_, [ghost](const claim& c) { return c.ghost == ghost; });
  return heirs;
}

/// A link was lost. If its board has come again, that gets the place.
/// @param heirs those who have not even been told that they wait.
/// @returns whether it has.
bool server_endpoint_state::hand_on(const guest& left, const std::vector<arrival>& heirs) {
  const auto* waiting = seating_.find(left.board, left.session);
  const auto place = seating_.place_of(left.session);  // 0: a seat
  if (heirs.empty()
      && (waiting == nullptr || !sessions_.contains(waiting->session)
          || seating_.place_of(waiting->session) <= place)) {
    return false;  // there is none, or it would gain nothing
  }
  const auto heir = heirs.empty() ? *waiting : heirs.front().who;
  if (neighbours_.lines->allows(self_)) {
    LEDACTOR_INFO("endpoint", "back peer={}", log_text(heir.name));
  }
  const auto& session = sessions_.at(heir.session);
  if (seating_.succeed(left.session, heir) == seating::outcome::seated) {
    self_->send(session, seat_atom_v);
  } else if (!heirs.empty()) {  // else it moves up, and all are told their places
    self_->send(session, queue_atom_v, seating_.place_of(heir.session), seating_.holder());
  }
  return true;
}

void server_endpoint_state::pass_seat(caf::actor_id session) {
  if (const auto next = seating_.leave(session)) {
    if (neighbours_.lines->allows(self_)) {
      LEDACTOR_INFO("endpoint", "seat peer={} from=queue",
                    log_text(seating_.guests().seated.back().name));
    }
    self_->send(sessions_.at(*next), seat_atom_v);
  }
}

void server_endpoint_state::turn_away(const std::string& address, const caf::error& why) {
  turned_away_->inc();
  if (strangers_.allows(self_)) {
    LEDACTOR_WARNING("endpoint", "turned away address={} reason={} why={}", address,
                     to_string(to_errc(why)), log_text(text_of(why)));
  }
}

void server_endpoint_state::tell_places() {
  std::uint32_t place = 0;
  for (const auto& g : seating_.guests().waiting) {
    self_->send(sessions_.at(g.session), queue_atom_v, ++place, seating_.holder());
  }
}

void server_endpoint_state::tell_guests() {
  count_guests();
  news_.send(self_, neighbours_.watcher, seating_.guests());
}

void server_endpoint_state::count_guests() {
  seats_taken_->value(static_cast<std::int64_t>(seating_.guests().seated.size()));
  queue_length_->value(static_cast<std::int64_t>(seating_.guests().waiting.size()));
}

void server_endpoint_state::on_exit(const caf::exit_msg& msg) {
  stopping_ = true;
  self_->close(doorman_);
  for (const auto& [id, session] : sessions_) {
    self_->send_exit(session, msg.reason);
  }
  leave_if_alone();
}

void server_endpoint_state::leave_if_alone() {
  if (sessions_.empty()) {
    strangers_.tell();
    neighbours_.lines->tell();
    self_->quit(caf::exit_reason::user_shutdown);
  }
}

}  // namespace ledactor::net
