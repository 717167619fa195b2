#pragma once

#include <chrono>
#include <utility>

namespace ledactor::net {

/// Since when something is waited for from a peer.
///
/// A board that could not run meanwhile does not hold that against its peer: what has come is not
/// read yet, so the wait begins anew. But only once, or a board that is always late would wait for
/// ever.
class stopwatch {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit stopwatch(time_point now) : since_(now) {}

  /// The peer has done something; the next thing is waited for from now on.
  void start(time_point now) {
    since_ = now;
    excused_ = false;
  }

  /// This board could not run until now.
  void excuse(time_point now) {
    if (!std::exchange(excused_, true)) {
      since_ = now;
    }
  }

  time_point since() const { return since_; }

private:
  time_point since_;
  bool excused_ = false;
};

}  // namespace ledactor::net
