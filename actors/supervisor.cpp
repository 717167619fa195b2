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
      make_(std::move(make)),
      lines_([](std::uint64_t n) { LEDACTOR_WARNING("supervisor", "left out lines={}", n); }) {
  auto& metrics = self_->system().metrics();
  link_up_ = metrics.gauge_singleton("ledactor", "link-up", "Peers that are linked.");
  kicks_ = metrics.counter_singleton("ledactor", "kicks", "Sessions that were kicked.", "1", true);
  self_->set_down_handler([this](const caf::down_msg& msg) { on_down(msg); });
  self_->set_exit_handler([this](const caf::exit_msg& msg) { on_exit(msg); });
}

supervisor_state::~supervisor_state() {
  for (const auto& l : links_) {
    self_->send_exit(l.session, caf::exit_reason::user_shutdown);
  }
  for (const auto& c : children_) {
    if (c.running) {
      self_->send_exit(c.running, caf::exit_reason::user_shutdown);
    }
  }
}

supervisor_actor::behavior_type supervisor_state::make_behavior() {
  plan_children();
  start(children_.front());  // the chip
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
      [this](child_atom, const std::string& which) { return find(which); },
  };
}

// Each entry makes its actor and introduces it to those who were there before it, so that the
// first start and a restart are the same thing.
void supervisor_state::plan_children() {
  const auto me = supervisor_actor{self_};
  buttons_.resize(config_.num_buttons + 1);
  const auto attach_button = [this](std::uint32_t i) {
    if (buttons_[i]) {
      self_->send(chip_, attach_atom_v, i, buttons_[i]);
    }
  };
  children_.push_back({"chip", [this, me, attach_button] {
                         chip_ = make_.chip(me);
                         for (std::uint32_t i = 0; i < buttons_.size(); ++i) {
                           attach_button(i);
                         }
                         if (led_bank_) {
                           self_->send(led_bank_, attach_atom_v, chip_);
                         }
                         if (endpoint_) {  // sessions show again what the old chip did not
                           self_->send(endpoint_, attach_atom_v, led_bank_);
                         }
                         return caf::actor_cast<caf::strong_actor_ptr>(chip_);
                       }});
  children_.push_back({"panel", [this] {
                         panel_ = make_.panel();
                         if (config_.watcher) {
                           self_->send(panel_, attach_atom_v, levels_sink{config_.watcher});
                         }
                         for (std::uint32_t i = 0; i < config_.num_buttons; ++i) {
                           if (buttons_[i]) {
                             self_->send(buttons_[i], attach_atom_v, change_sink{panel_});
                           }
                         }
                         if (endpoint_) {
                           self_->send(endpoint_, attach_atom_v, panel_);
                         }
                         return caf::actor_cast<caf::strong_actor_ptr>(panel_);
                       }});
  children_.push_back({"led-bank", [this] {
                         led_bank_ = make_.led_bank(chip_);
                         if (config_.watcher) {
                           self_->send(led_bank_, attach_atom_v, lit_sink{config_.watcher});
                         }
                         if (endpoint_) {
                           self_->send(endpoint_, attach_atom_v, led_bank_);
                         }
                         return caf::actor_cast<caf::strong_actor_ptr>(led_bank_);
                       }});
  for (std::uint32_t i = 0; i < buttons_.size(); ++i) {
    const bool control = i == config_.num_buttons;
    children_.push_back({control ? "control" : "button-" + std::to_string(i + 1),
                         [this, me, attach_button, i, control] {
                           control_is_new_ = control_is_new_ || control;
                           buttons_[i] =
                               make_.button(i, control ? change_sink{me} : change_sink{panel_});
                           attach_button(i);
                           return caf::actor_cast<caf::strong_actor_ptr>(buttons_[i]);
                         }});
  }
  children_.push_back({"endpoint", [this, me] {
                         endpoint_ = make_.endpoint(me, panel_, led_bank_);
                         return caf::actor_cast<caf::strong_actor_ptr>(endpoint_);
                       }});
  auto* restarts = self_->system().metrics().counter_family(
      "ledactor", "restarts", {"actor"}, "Times that an actor was started again.", "1", true);
  for (auto& c : children_) {
    c.restarts = restarts->get_or_add({{"actor", c.name}});
  }
}

void supervisor_state::start(child& c) {
  c.running = c.start();
  self_->monitor(c.running);
  LEDACTOR_DEBUG("supervisor", "started child={} actor={}", c.name, c.running->id());
  if (!without_board_) {  // else it is one of many attempts, until the board is open
    count_start(c);
  }
}

void supervisor_state::count_start(child& c) {
  if (std::exchange(c.was_started, true)) {
    c.restarts->inc();
  }
  tell(child_news{c.name, true, {}});
}

void supervisor_state::on_open() {
  if (self_->current_sender() != children_.front().running || stopping_) {
    return;
  }
  if (std::exchange(without_board_, false)) {
    LEDACTOR_INFO("supervisor", "board back");
    count_start(children_.front());
  }
  opened_at_ = self_->clock().now();
  away_reason_.clear();
  tell(board_news{true, {}});
  for (auto& c : children_) {
    if (!c.running) {
      start(c);
    }
  }
  if (!std::exchange(opened_, true)) {
    config_.on_running(supervisor_actor{self_});
  }
}

void supervisor_state::on_control(const button_change& change) {
  tell(control_level{change.pressed});
  const bool is_old = std::exchange(control_is_new_, false) && change.edge == 0;
  if (!change.pressed || stopping_) {
    return;
  }
  if (is_old) {  // a press is a change seen: this one was before, or is a stuck wire
    LEDACTOR_WARNING("supervisor", "control held since=start");
    return;
  }
  if (config_.role == board_role::client) {
    LEDACTOR_INFO("supervisor", "quit edge={}", change.edge);
    stop(errc::quit);
  } else {
    kick();
  }
}

void supervisor_state::kick() {
  const auto seated =
      std::find_if(links_.begin(), links_.end(), [](const link& l) { return !l.kicked; });
  if (seated == links_.end()) {
    if (lines_.allows(self_)) {
      LEDACTOR_INFO("supervisor", "kick session=none");
    }
    return;
  }
  kick(*seated);
}

void supervisor_state::on_kick(caf::actor_id session) {
  const auto guest = std::find_if(links_.begin(), links_.end(), [&](const link& l) {
    return l.session->id() == session && !l.kicked;
  });
  if (config_.role == board_role::server && guest != links_.end()) {
    kick(*guest);
  }
}

void supervisor_state::kick(link& guest) {
  guest.kicked = true;  // another press is for the next one
  kicks_->inc();
  if (lines_.allows(self_)) {
    LEDACTOR_INFO("supervisor", "kick session={}", guest.session->id());
  }
  self_->send_exit(guest.session, caf::make_error(errc::kicked));
}

supervisor_state::link& supervisor_state::track_sender() {
  const auto sender = self_->current_sender();
  const auto known = std::find_if(links_.begin(), links_.end(),
                                  [&](const link& l) { return l.session == sender; });
  if (known != links_.end()) {
    return *known;
  }
  self_->monitor(sender);
  return links_.emplace_back(link{sender});
}

void supervisor_state::on_linked(const std::string& peer) {
  auto& l = track_sender();
  l.up = true;
  link_up_->inc();
  if (lines_.allows(self_)) {
    LEDACTOR_INFO("supervisor", "linked session={} peer={}", l.session->id(), log_text(peer));
  }
  config_.announce("link up " + peer);
  tell_link(link_change::up, peer, errc::none);
}

void supervisor_state::on_waiting(std::uint32_t place, const std::string& holder) {
  track_sender();
  if (lines_.allows(self_)) {
    LEDACTOR_INFO("supervisor", "waiting place={} holder={}", place, log_text(holder));
  }
  config_.announce(fmt::format("waiting {} {}", place, holder));
  tell_link(link_change::waiting, holder, errc::none, place);
}

void supervisor_state::tell_link(link_change change, const std::string& peer, errc reason,
                                 std::uint32_t place) {
  if (config_.watcher) {
    const auto linked =
        std::count_if(links_.begin(), links_.end(), [](const link& l) { return l.up; });
    link_news_.send(self_, config_.watcher,
                    link_news{change, peer, reason, place, static_cast<std::uint32_t>(linked)});
  }
}

caf::result<caf::strong_actor_ptr> supervisor_state::find(const std::string& which) const {
  if (which == "session" && !links_.empty()) {
    return links_.front().session;
  }
  const auto found = std::find_if(children_.begin(), children_.end(),
                                  [&](const child& c) { return c.name == which; });
  if (found == children_.end() || !found->running) {
    return caf::make_error(errc::not_available, "no actor of that name", which);
  }
  return found->running;
}

void supervisor_state::on_exit(const caf::exit_msg& msg) {
  stop(errc::shutdown, msg.reason);
}

void supervisor_state::on_down(const caf::down_msg& msg) {
  const auto ended_link = std::find_if(links_.begin(), links_.end(),
                                       [&](const link& l) { return l.session == msg.source; });
  const auto ended_child = std::find_if(children_.begin(), children_.end(),
                                        [&](const child& c) { return c.running == msg.source; });
  if (ended_link != links_.end()) {
    const auto l = *ended_link;
    links_.erase(ended_link);
    on_link_end(l, msg.reason);
  } else if (ended_child != children_.end()) {
    on_child_end(*ended_child, msg.reason);
  }
}

void supervisor_state::on_link_end(const link& l, const caf::error& reason) {
  const bool is_client = config_.role == board_role::client;
  const bool was_kicked = is_client && reason == errc::kicked;
  if (lines_.allows(self_)) {
    LEDACTOR_INFO("supervisor", "unlinked session={} reason={}", l.session->id(),
                  to_string(to_errc(reason)));
  }
  if (l.up) {
    link_up_->dec();
  }
  if (was_kicked) {
    config_.announce("kicked");
    tell_link(link_change::kicked, {}, errc::kicked);
  }
  if (l.up || is_client) {  // a client wants to know why it was not let in
    config_.announce("link down " + to_string(to_errc(reason)));
    tell_link(link_change::down, {}, to_errc(reason));
  }
  if (was_kicked && config_.exit_when_kicked) {
    stop(errc::quit);
  }
  go_on_when_all_ended();
}

void supervisor_state::on_child_end(child& c, const caf::error& reason) {
  const bool is_chip = &c == &children_.front();
  c.running = nullptr;
  if (!(is_chip && without_board_)) {
    tell(child_news{c.name, false, caf::to_string(reason)});
  }
  if (stopping_ || without_board_) {
    if (&c == &children_.back()) {
      end_board();
    } else if (is_chip && !stopping_) {
      report_board_away(reason);
    }
    go_on_when_all_ended();
  } else if (is_chip && !opened_ && is_final(reason)) {
    self_->quit(reason);  // nobody else runs, and main() says why
  } else if (is_chip && (reason == errc::board_lost || (opened_ && is_final(reason)))) {
    on_board_lost(reason);
  } else if (is_final(reason)) {
    LEDACTOR_ERROR("supervisor", "failed child={} reason={}", c.name,
                   to_string(to_errc(reason)));  // main() says the rest
    stop(errc::shutdown, reason);
  } else if (too_many_restarts()) {
    LEDACTOR_ERROR("supervisor", "failed child={} reason={} restarts={}", c.name,
                   caf::to_string(reason), max_restarts);
    stop(errc::shutdown, caf::make_error(errc::too_many_restarts, c.name, caf::to_string(reason)));
  } else {
    LEDACTOR_WARNING("supervisor", "restart child={} reason={}", c.name, caf::to_string(reason));
    start(c);
  }
}

void supervisor_state::report_board_away(const caf::error& reason) {
  if (auto text = caf::to_string(reason); text != away_reason_) {  // once, not at each attempt
    LEDACTOR_WARNING("supervisor", "board away reason={}", text);
    tell(board_news{false, text});
    away_reason_ = std::move(text);
  }
}

void supervisor_state::on_board_lost(const caf::error& reason) {
  LEDACTOR_WARNING("supervisor", "board lost reason={}", caf::to_string(reason));
  without_board_ = true;
  tell(board_news{false, caf::to_string(reason)});
  if (self_->clock().now() >= opened_at_ + restart_window) {  // it has worked for a while
    board_retry_ = min_board_retry;
  }
  end_network(errc::board_lost);
}

bool supervisor_state::too_many_restarts() {
  const auto now = self_->clock().now();
  std::erase_if(restarts_, [&](auto when) { return when + restart_window < now; });
  restarts_.push_back(now);
  return restarts_.size() > max_restarts;
}

void supervisor_state::stop(errc farewell, caf::error verdict) {
  if (std::exchange(stopping_, true)) {
    return;
  }
  verdict_ = std::move(verdict);
  config_.on_stopping();
  LEDACTOR_INFO("supervisor", "stopping farewell={}", to_string(farewell));
  end_network(farewell);
}

// The first half of an end, so that peers hear a farewell before the board goes.
void supervisor_state::end_network(errc farewell) {
  const auto& endpoint = children_.back().running;
  if (!endpoint) {
    end_board();
    return;
  }
  self_->send_exit(endpoint, caf::make_error(farewell));
  timer_.dispose();
  timer_ = self_->run_delayed(shutdown_grace, [this] {
    kill_links();
    if (const auto& late = children_.back().running) {
      self_->send_exit(late, caf::exit_reason::kill);
    }
  });
}

void supervisor_state::end_board() {
  const auto end_children = [this](caf::exit_reason reason) {
    for (const auto& c : children_) {
      if (c.running) {
        self_->send_exit(c.running, reason);
      }
    }
  };
  end_children(caf::exit_reason::user_shutdown);
  timer_.dispose();
  timer_ = self_->run_delayed(shutdown_grace, [this, end_children] {
    kill_links();
    end_children(caf::exit_reason::kill);
  });
  go_on_when_all_ended();
}

void supervisor_state::kill_links() {
  for (const auto& l : links_) {
    self_->send_exit(l.session, caf::exit_reason::kill);
  }
}

void supervisor_state::go_on_when_all_ended() {
  if (!(stopping_ || without_board_) || !links_.empty()
      || std::any_of(children_.begin(), children_.end(),
                     [](const child& c) { return c.running != nullptr; })) {
    return;
  }
  timer_.dispose();
  if (stopping_) {
    lines_.tell();
    LEDACTOR_INFO("supervisor", "stopped");
    self_->quit(verdict_);
  } else {
    retry_board();
  }
}

void supervisor_state::retry_board() {
  panel_ = nullptr;
  led_bank_ = nullptr;
  endpoint_ = nullptr;
  std::fill(buttons_.begin(), buttons_.end(), nullptr);
  timer_ = self_->run_delayed(board_retry_, [this] { start(children_.front()); });
  board_retry_ = std::min(2 * board_retry_, max_board_retry);
}

}  // namespace ledactor
