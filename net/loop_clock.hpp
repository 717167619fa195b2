#pragma once

#include <caf/action.hpp>
#include <caf/actor_clock.hpp>
#include <caf/io/network/event_handler.hpp>

#include <map>
#include <optional>

namespace ledactor::net {

class loop;

/// The actors' clock, CLOCK_MONOTONIC: one timerfd(2) of the loop's, which is set for whatever is
/// due first. Any thread may schedule; all else is the loop's.
class loop_clock final : public caf::actor_clock, private caf::io::network::event_handler {
public:
  /// @throws std::system_error if the process has no descriptor left.
  explicit loop_clock(loop& owner);

  using caf::actor_clock::schedule_periodically;

  caf::disposable schedule_periodically(time_point first_run, caf::action f,
                                        duration_type period) override;

  /// Has the loop look at it. By the loop's thread.
  void start();

  bool is_running() const { return eventbf() != 0; }

private:
  struct entry {
    caf::action run;
    duration_type period;
  };

  void add(time_point when, caf::action f, duration_type period);
  void forget_disposed();
  void run_due();
  void set_timer();

  void handle_event(caf::io::network::operation op) override;
  void removed_from_loop(caf::io::network::operation op) override;
  void graceful_shutdown() override;

  loop& loop_;
  std::multimap<time_point, entry> entries_;
  std::size_t many_ = 64;  ///< with as many entries it is time to forget those that were disposed
  std::optional<time_point> set_for_;  ///< when the timer goes off, at the latest
};

}  // namespace ledactor::net
