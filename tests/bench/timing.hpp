#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

namespace ledactor::bench {

/// CLOCK_MONOTONIC: the same in all processes of a machine.
using clock = std::chrono::steady_clock;
using duration = std::chrono::nanoseconds;

/// Latencies [ns].
using samples = std::vector<duration>;

/// The longest that anything here waits for what must come at once.
inline constexpr std::chrono::seconds patience{5};

/// When buttons are pressed: 2 to 12 ms apart, each released halfway to the next press. Whoever is
/// late goes on from now, rather than hurry.
class pace {
public:
  explicit pace(std::uint64_t seed) : random_(seed) {}

  /// Sleeps until the next press is due.
  void await_press() {
    press_ = next_press_ = std::max(next_press_, clock::now());
    next_press_ += std::chrono::microseconds{interval_(random_)};
    std::this_thread::sleep_until(press_);
  }

  /// Sleeps until that press is to be released.
  void await_release() const { std::this_thread::sleep_until(press_ + (next_press_ - press_) / 2); }

private:
  std::minstd_rand random_;
  std::uniform_int_distribution<int> interval_{2'000, 12'000};
  clock::time_point press_;
  clock::time_point next_press_ = clock::now();
};

}  // namespace ledactor::bench
