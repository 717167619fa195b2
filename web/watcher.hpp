#pragma once

#include "actors/messages.hpp"
#include "web/board_view.hpp"

#include <memory>

namespace ledactor::web {

/// Writes what the actors tell into the view that all viewers share.
///
/// main() owns it: it is there before the supervisor and ends after it, so that nobody ever has to
/// meet a new one.
class watcher_state {
public:
  static inline const char* name = "ledactor.watcher";

  watcher_state(watcher_actor::pointer self, std::shared_ptr<board_view> view)
      : self_(self), view_(std::move(view)) {}

  watcher_actor::behavior_type make_behavior() {
    return {
        [this](const levels& x) { view_->tell(x); },
        [this](const lit_levels& x) { view_->tell(x); },
        [this](const control_level& x) { view_->tell(x); },
        [this](const guest_list& x) { view_->tell(x); },
        [this](const round_trip& x) { view_->tell(x); },
        [this](const child_news& x) { view_->tell(x); },
        [this](const board_news& x) { view_->tell(x); },
        [this](const link_news& x) { view_->tell(x); },
    };
  }

private:
  watcher_actor::pointer self_;
  std::shared_ptr<board_view> view_;
};

using watcher_impl = watcher_actor::stateful_impl<watcher_state>;

}  // namespace ledactor::web
