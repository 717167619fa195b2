#include "actors/panel.hpp"

#include "actors/log.hpp"

#include <algorithm>
#include <utility>

namespace ledactor {

panel_state::panel_state(panel_actor::pointer self, std::size_t num_buttons)
    : self_(self), unheard_(~level_set{0} >> (64 - std::clamp<std::size_t>(num_buttons, 1, 64))) {
  self_->set_down_handler([this](const caf::down_msg& down) {
    std::erase_if(sinks_, [&](const levels_sink& sink) { return sink.address() == down.source; });
  });
}

panel_actor::behavior_type panel_state::make_behavior() {
  return {
      [this](const button_change& change) { on_change(change); },
      [this](attach_atom, const levels_sink& sink) { on_attach(sink); },
  };
}

void panel_state::on_change(const button_change& change) {
  const auto bit = level_set{1} << change.button;
  const auto pressed = change.pressed ? pressed_ | bit : pressed_ & ~bit;
  const bool is_last_unheard = std::exchange(unheard_, unheard_ & ~bit) == bit;
  if (pressed == pressed_ && !is_last_unheard) {
    return;
  }
  if (pressed != pressed_) {
    pressed_ = pressed;
    ++seq_;
  }
  LEDACTOR_DEBUG("panel", "changed levels={:#x} seq={} edge={} unheard={:#x}", pressed_, seq_,
                 change.edge, unheard_);
  if (unheard_ == 0) {
    // The newest first: who looks on was there before the sessions, and must not keep them waiting.
    for (auto sink = sinks_.rbegin(); sink != sinks_.rend(); ++sink) {
      self_->send(*sink, levels{pressed_, seq_, change.when});
    }
  }
}

void panel_state::on_attach(const levels_sink& sink) {
  sinks_.push_back(sink);
  self_->monitor(sink);
  LEDACTOR_DEBUG("panel", "attached sinks={} levels={:#x} seq={}", sinks_.size(), pressed_, seq_);
  if (unheard_ == 0) {
    self_->send(sink, levels{pressed_, seq_, timestamp{0}});
  }
}

}  // namespace ledactor
