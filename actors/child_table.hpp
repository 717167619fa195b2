#pragma once

#include "actors/messages.hpp"

#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>

namespace ledactor {

/// More restarts than this within `restart_window` end the program.
inline constexpr std::size_t max_restarts = 5;
inline constexpr std::chrono::seconds restart_window{10};

/// An actor that is started again when it fails.
struct child {
  std::string name;  ///< such as `button-1`
  component what = component::chip;
  std::function<caf::strong_actor_ptr()> make;
  caf::strong_actor_ptr running = nullptr;
  std::uint64_t starts = 0;  ///< that were counted
  bool is_told_of = false;   ///< those who look on know that it runs
  caf::telemetry::int_counter* restarts = nullptr;
};

/// The supervisor's actors, in the order in which they are started: the chip, which has the board,
/// is the first, the control button the last but one, and the endpoint, which has the network, the
/// last.
class child_table {
public:
  using clock_time = caf::actor_clock::time_point;

  /// @param metrics has a counter of the restarts of each.
  explicit child_table(caf::telemetry::metric_registry& metrics);

  /// Adds one that does not run yet.
  void add(std::string name, component what, std::function<caf::strong_actor_ptr()> make);

  child& chip() { return children_.front(); }
  child& control() { return *std::prev(children_.end(), 2); }
  child& endpoint() { return children_.back(); }

  /// The one that is, or was, run by that actor; null if none is.
  child* find(const caf::actor_addr& actor);

  bool any_running() const;

  /// Counts a start that counts as one: an attempt is none.
  static void count_start(child& c);

  /// Takes one restart from what `max_restarts` and `restart_window` allow.
  /// @returns false if there is none left.
  bool spend_restart(clock_time now);

  auto begin() { return children_.begin(); }
  auto end() { return children_.end(); }

private:
  caf::telemetry::int_counter_family* restarts_;
  std::deque<child> children_;  ///< none moves
  std::deque<clock_time> spent_;
};

}  // namespace ledactor
