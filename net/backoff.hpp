#pragma once

#include <caf/timespan.hpp>

#include <random>

namespace ledactor::net {

/// The pauses between attempts: they double up to a longest one, and have some chance in them, so
/// that boards that lost one server, or one network, do not all come at once.
class backoff {
public:
  /// @param min the first pause, > 0; conf `ledactor.link.reconnect-min`.
  /// @param max the longest, >= min; conf `ledactor.link.reconnect-max`.
  backoff(caf::timespan min, caf::timespan max) : min_(min), max_(max), pause_(min) {}

  /// How long to wait now: the pause, or at least half of it.
  caf::timespan next();

  /// An attempt was a success: the next pause is the first again.
  void reset() { pause_ = min_; }

private:
  caf::timespan min_;
  caf::timespan max_;
  caf::timespan pause_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace ledactor::net
