#include "actors/supervisor.hpp"

#include "actors/log.hpp"

#include <algorithm>
#include <utility>

namespace ledactor {

namespace {

/// Whether starting again cannot help.
bool is_final(const caf::error& reason) {
  return reason == errc::bad_config || reason == errc::no_permission
         || reason == errc::not_available;
}

}  // namespace

supervisor_state::supervisor_state(supervisor_actor::pointer self, supervisor_config config,
                                   actor_factories make)
    : self_(self),
      config_(std::move(config)),
      children_(self->system().metrics()),
      crew_(self, config_.num_buttons, config_.watcher, std::move(make)),
      links_(self->system().metrics()),
      kicks_(self->system().metrics().counter_singleton("ledactor", "kicks",
                                                        "Sessions that were kicked.", "1", true)),
      lines_([](std::uint64_t n) { LEDACTOR_WARNING("supervisor", "left out lines={}", n); }) {
  self_->set_down_handler([this](const caf::down_msg& msg) { on_down(msg); });
  self_->set_exit_handler([this](const caf::exit_msg& msg) { stop(errc::shutdown, msg.reason); });
}

supervisor_state::~supervisor_state() {
  for (const auto& l : links_) {
    self_->send_exit(l.session, caf::exit_reason::user_shutdown);
  }
  end_children(caf::exit_reason::user_shutdown);
}

supervisor_actor::behavior_type supervisor_state::make_behavior() {
  crew_.enlist(children_);
  start(children_.chip());
  return {
      [this](open_atom) { on_open(); },
      [this](const button_change& change) { on_control(change); },
      [this](join_atom) { track_sender(); },
      [this](linked_atom, const std::string& peer) { on_linked(peer); },
      [this](wait_atom, std::uint32_t place, const std::string& holder) {
        on_waiting(place, holder);
      },
      [](caf::ping_atom) {},
      [this](stop_atom) { stop(errc::shutdown); },
      [this](quit_atom) { stop(config_.role == board_role::client ? errc::quit : errc::shutdown); },
      [this](kick_atom, std::uint64_t session) { on_kick(session); },
      [this](check_atom) { return on_check(); },
  };
}

// Children

void supervisor_state::start(child& c) {
  c.running = c.make();
  control_is_new_ = control_is_new_ || &c == &children_.control();
  self_->monitor(c.running);
  LEDACTOR_DEBUG("supervisor", "started child={} actor={}", c.name, c.running->id());
  if (phase_ != phase::away) {  // else it is one of many attempts, until the board is open
    count_start(c);
  }
}

void supervisor_state::count_start(child& c) {
  child_table::count_start(c);
  c.is_told_of = true;
  self_->send(config_.watcher, child_news{c.name, c.what, true, {}});
}

void supervisor_state::restart(child& c, const caf::error& reason) {
  if (children_.spend_restart(self_->clock().now())) {
    LEDACTOR_WARNING("supervisor", "restart child={} reason={}", c.name, caf::to_string(reason));
    start(c);
  } else {
    LEDACTOR_ERROR("supervisor", "failed child={} reason={} restarts={}", c.name,
                   caf::to_string(reason), max_restarts);
    stop(errc::shutdown, caf::make_error(errc::too_many_restarts, c.name, caf::to_string(reason)));
  }
}

void supervisor_state::on_open() {
  if (self_->current_sender() != children_.chip().running) {
    return;
  }
  switch (phase_) {
    case phase::starting:
    case phase::running:  // by a new chip
      break;
    case phase::away:
      LEDACTOR_INFO("supervisor", "board back");
      count_start(children_.chip());
      break;
    case phase::clearing:
    case phase::stopping:
      return;
  }
  phase_ = phase::running;
  opened_at_ = self_->clock().now();
  away_reason_.clear();
  self_->send(config_.watcher, board_news{true, {}});
  for (auto& c : children_) {
    if (!c.running) {
      start(c);
    }
  }
  if (const auto tell = std::exchange(config_.on_running, nullptr)) {
    tell(supervisor_actor{self_});
  }
}

void supervisor_state::on_down(const caf::down_msg& msg) {
  if (const auto l = links_.leave(msg.source)) {
    on_link_end(*l, msg.reason);
  } else if (auto* c = children_.find(msg.source)) {
    on_child_end(*c, msg.reason);
  }
}

void supervisor_state::on_child_end(child& c, const caf::error& reason) {
  const bool is_chip = &c == &children_.chip();
  c.running = nullptr;
  if (std::exchange(c.is_told_of, false)) {
    self_->send(config_.watcher, child_news{c.name, c.what, false, caf::to_string(reason)});
  }
  switch (phase_) {
    case phase::starting:
      if (is_final(reason)) {
        self_->quit(reason);  // nobody else runs, and main() says why
      } else if (reason == errc::board_lost) {
        on_board_lost(reason);
      } else {
        restart(c, reason);
      }
      break;
    case phase::running:
      if (is_chip && (reason == errc::board_lost || is_final(reason))) {
        on_board_lost(reason);
      } else if (is_final(reason)) {
        LEDACTOR_ERROR("supervisor", "failed child={} reason={}", c.name,
                       to_string(to_errc(reason)));  // main() says the rest
        stop(errc::shutdown, reason);
      } else {
        restart(c, reason);
      }
      break;
    case phase::away:
      report_board_away(reason);
      go_on_when_all_ended();
      break;
    case phase::clearing:
    case phase::stopping:
      if (&c == &children_.endpoint()) {
        end_board();
      } else {
        go_on_when_all_ended();
      }
      break;
  }
}

caf::result<void> supervisor_state::on_check() {
  if (crew_.led_bank()) {
    return self_->delegate(crew_.led_bank(), caf::ping_atom_v);
  }
  return caf::unit;
}

// Links

void supervisor_state::track_sender() {
  const auto sender = self_->current_sender();
  if (links_.join(sender)) {
    self_->monitor(sender);
  }
}

void supervisor_state::on_linked(const std::string& peer) {
  track_sender();
  links_.set_up(self_->current_sender());
  if (lines_.allows(self_)) {
    LEDACTOR_INFO("supervisor", "linked session={} peer={}", self_->current_sender()->id(),
                  log_text(peer));
  }
  tell_link(link_change::up, peer, errc::none);
}

void supervisor_state::on_waiting(std::uint32_t place, const std::string& holder) {
  track_sender();
  if (lines_.allows(self_)) {
    LEDACTOR_INFO("supervisor", "waiting place={} holder={}", place, log_text(holder));
  }
  tell_link(link_change::waiting, holder, errc::none, place);
}

void supervisor_state::on_link_end(const link& l, const caf::error& reason) {
  const bool is_client = config_.role == board_role::client;
  const bool was_kicked = is_client && reason == errc::kicked;
  if (lines_.allows(self_)) {
    LEDACTOR_INFO("supervisor", "unlinked session={} reason={}", l.session->id(),
                  to_string(to_errc(reason)));
  }
  if (was_kicked) {
    tell_link(link_change::kicked, {}, errc::kicked);
  }
  if (l.up || is_client) {  // a client wants to know why it was not let in
    tell_link(link_change::down, {}, to_errc(reason));
  }
  if (was_kicked && config_.exit_when_kicked) {
    stop(errc::quit);
  }
  go_on_when_all_ended();
}

void supervisor_state::tell_link(link_change change, const std::string& peer, errc reason,
                                 std::uint32_t place) {
  link_news_.send(self_, config_.watcher, link_news{change, peer, reason, place, links_.linked()});
}

// The control button

void supervisor_state::on_control(const button_change& change) {
  self_->send(config_.watcher, control_level{change.pressed});
  const bool is_old = std::exchange(control_is_new_, false) && change.edge == 0;
  if (!change.pressed || phase_ == phase::stopping) {
    return;
  }
  if (is_old) {  // a press is a change seen: this one was before, or is a stuck wire
    LEDACTOR_WARNING("supervisor", "control held since=start");
  } else if (config_.role == board_role::client) {
    LEDACTOR_INFO("supervisor", "quit edge={}", change.edge);
    stop(errc::quit);
  } else if (const auto session = links_.kick_longest()) {
    kick(session);
  } else if (lines_.allows(self_)) {
    LEDACTOR_INFO("supervisor", "kick session=none");
  }
}

void supervisor_state::on_kick(caf::actor_id session) {
  if (config_.role == board_role::server) {
    if (const auto guest = links_.kick(session)) {
      kick(guest);
    }
  }
}

void supervisor_state::kick(const caf::strong_actor_ptr& session) {
  kicks_->inc();
  if (lines_.allows(self_)) {
    LEDACTOR_INFO("supervisor", "kick session={}", session->id());
  }
  self_->send_exit(session, caf::make_error(errc::kicked));
}

// The board's loss, and the end

void supervisor_state::on_board_lost(const caf::error& reason) {
  LEDACTOR_WARNING("supervisor", "board lost reason={}", caf::to_string(reason));
  phase_ = phase::clearing;
  self_->send(config_.watcher, board_news{false, caf::to_string(reason)});
  if (self_->clock().now() >= opened_at_ + restart_window) {  // it has worked for a while
    board_retry_ = min_board_retry;
  }
  end_network(errc::board_lost);
}

void supervisor_state::report_board_away(const caf::error& reason) {
  if (auto text = caf::to_string(reason); text != away_reason_) {  // once, not at each attempt
    LEDACTOR_WARNING("supervisor", "board away reason={}", text);
    self_->send(config_.watcher, board_news{false, text});
    away_reason_ = std::move(text);
  }
}

void supervisor_state::retry_board() {
  phase_ = phase::away;
  crew_.forget();
  timer_ = self_->run_delayed(board_retry_, [this] { start(children_.chip()); });
  board_retry_ = std::min(2 * board_retry_, max_board_retry);
}

void supervisor_state::stop(errc farewell, caf::error verdict) {
  if (std::exchange(phase_, phase::stopping) == phase::stopping) {
    return;
  }
  verdict_ = std::move(verdict);
  config_.on_stopping();
  LEDACTOR_INFO("supervisor", "stopping farewell={}", to_string(farewell));
  end_network(farewell);
}

// The first half of an end, so that peers hear a farewell before the board goes.
void supervisor_state::end_network(errc farewell) {
  const auto& endpoint = children_.endpoint().running;
  if (!endpoint) {
    end_board();
    return;
  }
  self_->send_exit(endpoint, caf::make_error(farewell));
  timer_.dispose();
  timer_ = self_->run_delayed(shutdown_grace, [this] {
    kill_links();
    if (const auto& late = children_.endpoint().running) {
      self_->send_exit(late, caf::exit_reason::kill);
    }
  });
}

void supervisor_state::end_board() {
  end_children(caf::exit_reason::user_shutdown);
  timer_.dispose();
  timer_ = self_->run_delayed(shutdown_grace, [this] {
    kill_links();
    end_children(caf::exit_reason::kill);
  });
  go_on_when_all_ended();
}

void supervisor_state::end_children(caf::exit_reason reason) {
  for (const auto& c : children_) {
    if (c.running) {
      self_->send_exit(c.running, reason);
    }
  }
}

void supervisor_state::kill_links() {
  for (const auto& l : links_) {
    self_->send_exit(l.session, caf::exit_reason::kill);
  }
}

void supervisor_state::go_on_when_all_ended() {
  if (!links_.empty() || children_.any_running()) {
    return;
  }
  switch (phase_) {
    case phase::starting:
    case phase::running:
      break;
    case phase::clearing:
    case phase::away:
      timer_.dispose();
      retry_board();
      break;
    case phase::stopping:
      timer_.dispose();
      lines_.tell();
      LEDACTOR_INFO("supervisor", "stopped");
      self_->quit(verdict_);
      break;
  }
}

}  // namespace ledactor
