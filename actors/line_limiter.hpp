#pragma once

#include "actors/rate_limiter.hpp"

#include <caf/disposable.hpp>

#include <cstdint>
#include <functional>
#include <utility>

namespace ledactor {

/// Lines that peers, strangers and fingers may cause to be logged: so many at once, as when all
/// seats of a large server change hands, and then one each interval, with the number of those
/// between. A day of the worst that others do is some 20 MB of log.
inline constexpr std::int64_t line_burst = 64;
inline constexpr std::chrono::seconds line_interval{1};

/// Keeps others from filling the log. An actor asks it before each line that somebody else can
/// cause; of the lines that it leaves out it has the actor tell the number, in a line of its own,
/// as soon as there may be one. Used by actors of one thread.
class line_limiter {
public:
  using teller = std::function<void(std::uint64_t left_out)>;

  /// @param tell logs how many lines were left out.
  explicit line_limiter(teller tell, std::int64_t burst = line_burst)
      : bucket_(burst, line_interval), tell_(std::move(tell)) {}

  line_limiter(const line_limiter&) = delete;
  line_limiter& operator=(const line_limiter&) = delete;
  ~line_limiter() { timer_.dispose(); }

  /// Whether a line may be logged; else it counts as left out. The actor that tells calls
  /// `tell_later` afterwards.
  bool allows(rate_limiter::time_point now) {
    const bool may = left_out_ == 0 && bucket_.take(now);  // the number is told first
    left_out_ += may ? 0 : 1;
    return may;
  }

  /// The same, from the actor that tells.
  template <class Self>
  bool allows(Self* self) {
    const bool may = allows(self->clock().now());
    tell_later(self);
    return may;
  }

  /// Sees to it that the actor tells how many lines were left out, if any were.
  template <class Self>
  void tell_later(Self* self) {
    if (left_out_ > 0 && !std::exchange(is_timer_set_, true)) {
      const auto now = self->clock().now();
      timer_ = self->run_delayed(bucket_.next() - now, [this] { tell(); });
    }
  }

  /// Tells now, as its actor ends.
  void tell() {
    timer_.dispose();
    is_timer_set_ = false;
    if (const auto count = std::exchange(left_out_, 0); count > 0) {
      tell_(count);
    }
  }

private:
  rate_limiter bucket_;
  teller tell_;
  std::uint64_t left_out_ = 0;
  caf::disposable timer_;
  bool is_timer_set_ = false;
};

}  // namespace ledactor
