#pragma once

#include "actors/messages.hpp"

#include <optional>

namespace ledactor {

/// Reports one button's level, free of contact bounce: the first edge counts at once, further
/// edges are ignored for a window, and when it ends the level is read and a difference reported.
/// So a press is never late and a release never lost.
///
/// Time is that of the edges. While no edge is ignored, the level cannot have changed behind our
/// back, so a clean press needs no timer. The line is read, rather than the last ignored edge
/// believed, since more edges of the same bounce may still be on their way.
///
/// A read that is news (after lost edges, or a new chip) opens a window, too: the edges that led to
/// it may still come, and more of their bounce. A button that is at rest when it is first read has
/// no bounce, and so no window: a press right after the start is not late.
///
/// A button that is found pressed was pressed before, and says so in the log; unless its first edge
/// tells of a press: then the read was ahead of that edge, which is reported for itself.
///
/// The supervisor owns it.
class button_state {
public:
  static inline const char* name = "ledactor.button";

  /// @param number of the button, from 0; for the log and the reports.
  /// @param window how long edges are ignored after one that counted [ns], >= 0; 0 = never.
  ///        conf `ledactor.board.debounce`.
  /// @param sink who is told.
  button_state(button_actor::pointer self, std::uint32_t number, timestamp window,
               change_sink sink);

  button_actor::behavior_type make_behavior();

private:
  void on_edge(const edge& e);
  void on_read(bool level);
  void on_window_end();
  std::optional<edge> take_ignored();
  void report(bool level, std::uint64_t edge, timestamp when);

  button_actor::pointer self_;
  std::uint32_t number_;
  timestamp window_;
  change_sink sink_;
  bool known_ = false;          ///< whether a level was reported at all
  bool reported_ = false;       ///< the level last reported
  bool found_pressed_ = false;  ///< by the first read; no edge has come since
  timestamp window_end_{0};
  std::optional<edge> ignored_;   ///< the last edge of this window
  caf::disposable window_timer_;  ///< set while there is one
  chip_actor chip_;               ///< whose edge that was
};

using button_impl = button_actor::stateful_impl<button_state>;

}  // namespace ledactor
