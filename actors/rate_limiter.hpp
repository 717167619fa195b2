#pragma once

#include <chrono>
#include <cstdint>

namespace ledactor {

/// How often something may happen: a token bucket. It is full at first; each event takes a token,
/// and one comes back each interval.
class rate_limiter {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// @param burst how many events may come at once, >= 1.
  /// @param interval after which there is one more token [ns], > 0.
  rate_limiter(std::int64_t burst, std::chrono::nanoseconds interval)
      : burst_(burst), interval_(interval) {}

  /// An event wants to happen.
  /// @param now never goes back.
  /// @returns whether it may; then its token is gone.
  bool take(time_point now);

  /// When the next event may happen, at the latest.
  time_point next() const { return full_at_ - (burst_ - 1) * interval_; }

private:
  std::int64_t burst_;
  std::chrono::nanoseconds interval_;
  time_point full_at_;  ///< when all tokens are back, if none is taken meanwhile
};

}  // namespace ledactor
