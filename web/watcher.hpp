#pragma once

#include "actors/log.hpp"
#include "actors/messages.hpp"
#include "web/board_view.hpp"

#include <memory>
#include <string>
#include <utility>

namespace ledactor::web {

/// Writes what the actors tell into the view that all viewers share.
///
/// main() owns it: it is there before the supervisor and ends after it, so that nobody ever has to
/// meet a new one.
class watcher_state {
public:
  static inline const char* name = "ledactor.watcher";

  /// @param url of the page, for the log.
  watcher_state(watcher_actor::pointer, std::shared_ptr<board_view> view, std::string url)
      : view_(std::move(view)), url_(std::move(url)) {}

  watcher_actor::behavior_type make_behavior() {
    return {
        [this](const levels& x) { view_->tell(x); },
        [this](const lit_levels& x) { view_->tell(x); },
        [this](const control_level& x) { view_->tell(x); },
        [this](const guest_list& x) { view_->tell(x); },
        [this](const round_trip& x) { view_->tell(x); },
        [this](const child_news& x) { view_->tell(x); },
        [this](const board_news& x) { on_board(x); },
        [this](const link_news& x) { view_->tell(x); },
    };
  }

private:
  /// Says where the page is once there is a board to be seen: without one, no program starts.
  void on_board(const board_news& news) {
    if (news.open && !std::exchange(told_url_, true)) {
      LEDACTOR_INFO("watcher", "page url={}", url_);
    }
    view_->tell(news);
  }

  std::shared_ptr<board_view> view_;
  std::string url_;
  bool told_url_ = false;
};

using watcher_impl = watcher_actor::stateful_impl<watcher_state>;

}  // namespace ledactor::web
