#include "actors/button.hpp"

#include "actors/log.hpp"

#include <algorithm>
#include <utility>

namespace ledactor {

button_state::button_state(button_actor::pointer self, std::uint32_t number, timestamp window,
                           change_sink sink)
    : self_(self), number_(number), window_(window), sink_(std::move(sink)) {
  if (window_.count() < 0) {
    self_->quit(caf::make_error(errc::bad_config, "debounce must not be negative"));
  }
}

button_actor::behavior_type button_state::make_behavior() {
  return {
      [this](const edge& e) { on_edge(e); },
      [this](read_atom, bool level) { on_read(level); },
      [this](attach_atom, change_sink sink) {
        sink_ = std::move(sink);
        if (known_) {
          self_->send(sink_, button_change{number_, reported_, 0, timestamp{0}});
        }
      },
  };
}

void button_state::on_edge(const edge& e) {
  const bool is_behind_read = std::exchange(found_pressed_, false) && e.active;
  if (e.when < window_end_ && !is_behind_read) {
    LEDACTOR_DEBUG("button", "ignored button={} edge={} level={:d}", number_ + 1, e.number,
                   e.active);
    if (!ignored_) {
      // An edge may be older than the read that opened the window.
      const auto left = std::min(window_end_ - e.when, window_);
      window_timer_ = self_->run_delayed(left, [this] { on_window_end(); });
    }
    chip_ = caf::actor_cast<chip_actor>(self_->current_sender());
    ignored_ = e;
    return;
  }
  take_ignored();
  if (!known_ || e.active != reported_ || is_behind_read) {
    window_end_ = e.when + window_;
    report(e.active, e.number, e.when);
  }
}

void button_state::on_window_end() {
  if (ignored_) {
    self_->send(chip_, read_atom_v, number_);  // a chip that has died is followed by one that reads
  }
}

void button_state::on_read(bool level) {
  const auto last = take_ignored();
  if (known_ && level == reported_) {
    return;
  }
  if (!known_ && level) {
    found_pressed_ = true;
    LEDACTOR_WARNING("button", "held button={} since=start", number_ + 1);
  }
  if (window_.count() > 0 && (known_ || level)) {
    // CAF's clock is CLOCK_MONOTONIC, as the edges' is.
    window_end_ = self_->clock().now().time_since_epoch() + window_;
  }
  if (last && last->active == level) {
    report(level, last->number, last->when);
  } else {
    report(level, 0, timestamp{0});
  }
}

std::optional<edge> button_state::take_ignored() {
  if (ignored_) {
    window_timer_.dispose();
  }
  return std::exchange(ignored_, std::nullopt);
}

void button_state::report(bool level, std::uint64_t edge, timestamp when) {
  LEDACTOR_DEBUG("button", "{} button={} edge={}", level ? "pressed" : "released", number_ + 1,
                 edge);
  known_ = true;
  reported_ = level;
  self_->send(sink_, button_change{number_, level, edge, when});
}

}  // namespace ledactor
