#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>

namespace ledactor::demo {

/// The newest press-to-LED times, at most `window` of them: from writing the `press` line to one
/// board until having read the `led` line of the other. All times in [ns], 0 while there are none.
class latency {
public:
  using nanoseconds = std::chrono::nanoseconds;

  static constexpr std::size_t window = 1000;

  void add(nanoseconds time);

  /// How many times were added since the beginning.
  std::size_t count() const noexcept { return count_; }
  nanoseconds last() const;
  /// The smallest time that a share of the times does not exceed.
  /// @param share 0 to 1: 0.5 is the median, 1 the maximum.
  nanoseconds quantile(double share) const;
  nanoseconds median() const { return quantile(0.5); }

private:
  std::deque<nanoseconds> times_;
  std::size_t count_ = 0;
};

/// A time for people, such as "0.21 ms" or "2.50 s".
std::string in_words(std::chrono::nanoseconds time);

}  // namespace ledactor::demo
