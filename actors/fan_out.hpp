#pragma once

#include "actors/messages.hpp"
#include "actors/outbox.hpp"

#include <deque>
#include <tuple>
#include <utility>
#include <vector>

namespace ledactor {

/// Passes each news on to all who look on; there may be none. So an actor that has news tells one
/// watcher, which is always there, and who looks on is main()'s business alone.
///
/// Nobody waits for a watcher, nor one for another: what it is told as often as peers and fingers
/// like goes through an `outbox` of its own.
///
/// main() owns it: it is there before the supervisor and ends after it, with the last who tells it.
class fan_out_state {
public:
  static inline const char* name = "ledactor.fan-out";

  /// @param watchers are told all.
  /// @param printers are told how the link goes, and of that each change.
  fan_out_state(watcher_actor::pointer self, const std::vector<watcher_actor>& watchers,
                const std::vector<link_sink>& printers);

  watcher_actor::behavior_type make_behavior();

private:
  template <class Receiver, class... News>
  struct onlooker {
    /// @param most of each kind, that are not answered.
    onlooker(Receiver receiver, std::size_t most)
        : who(std::move(receiver)), boxes(outbox<Receiver, News>{most}...) {}

    Receiver who;
    std::tuple<outbox<Receiver, News>...> boxes;
  };

  using viewer = onlooker<watcher_actor, lit_levels, guest_list, round_trip, link_news>;
  using printer = onlooker<link_sink, link_news>;

  /// For news of which there cannot be many.
  template <class News>
  auto pass_on();

  /// For all other: no more than the bound before the answer.
  template <class News>
  auto pass_on_bounded();

  template <class News, class Onlookers>
  void tell(Onlookers& onlookers, const News& news);

  watcher_actor::pointer self_;
  std::deque<viewer> viewers_;  ///< as in the next, none moves: its boxes wait for answers
  std::deque<printer> printers_;
};

using fan_out_impl = watcher_actor::stateful_impl<fan_out_state>;

}  // namespace ledactor
