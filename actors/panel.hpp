#pragma once

#include "actors/messages.hpp"

#include <cstddef>
#include <vector>

namespace ledactor {

/// Knows the levels of all buttons, and tells whoever has attached: at once, and at each change.
/// Numbers the changes, so that a press can be followed from board to board. Until each button has
/// reported once it tells nothing: a new panel must not say that held buttons are up.
///
/// The supervisor owns it. Who has attached is dropped when it ends; sessions are bounded by
/// `server.seats`.
class panel_state {
public:
  static inline const char* name = "ledactor.panel";

  /// @param num_buttons how many report to it, without the control button; 1 to 64.
  panel_state(panel_actor::pointer self, std::size_t num_buttons);

  panel_actor::behavior_type make_behavior();

private:
  void on_change(const button_change& change);
  void on_attach(const levels_sink& sink);

  panel_actor::pointer self_;
  level_set unheard_;  ///< the buttons that have not reported yet
  level_set pressed_ = 0;
  std::uint32_t seq_ = 0;
  std::vector<levels_sink> sinks_;
};

using panel_impl = panel_actor::stateful_impl<panel_state>;

}  // namespace ledactor
