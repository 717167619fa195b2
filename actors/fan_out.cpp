#include "actors/fan_out.hpp"

#include <type_traits>

namespace ledactor {

fan_out_state::fan_out_state(watcher_actor::pointer self,
                             const std::vector<watcher_actor>& watchers,
                             const std::vector<link_sink>& printers)
    : self_(self) {
  for (const auto& who : watchers) {
    viewers_.emplace_back(who, max_unanswered_news);
  }
  for (const auto& who : printers) {
    printers_.emplace_back(who, max_unanswered_links);
  }
}

template <class News>
auto fan_out_state::pass_on() {
  return [this](const News& news) {
    for (const auto& v : viewers_) {
      self_->send(v.who, news);
    }
  };
}

template <class News>
auto fan_out_state::pass_on_bounded() {
  return [this](const News& news) {
    tell(viewers_, news);
  };
}

template <class News, class Onlookers>
void fan_out_state::tell(Onlookers& onlookers, const News& news) {
  for (auto& o : onlookers) {
    using box = outbox<std::decay_t<decltype(o.who)>, News>;
    std::get<box>(o.boxes).send(self_, o.who, news);
  }
}

watcher_actor::behavior_type fan_out_state::make_behavior() {
  return {
      pass_on<levels>(),
      pass_on_bounded<lit_levels>(),
      pass_on<control_level>(),
      pass_on_bounded<guest_list>(),
      pass_on_bounded<round_trip>(),
      pass_on<child_news>(),
      pass_on<board_news>(),
      [this](const link_news& news) {
        tell(printers_, news);
        tell(viewers_, news);
      },
  };
}

}  // namespace ledactor
