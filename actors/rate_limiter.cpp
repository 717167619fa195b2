#include "actors/rate_limiter.hpp"

#include <algorithm>

namespace ledactor {

bool rate_limiter::take(time_point now) {
  if (now < next()) {
    return false;
  }
  full_at_ = std::max(full_at_, now) + interval_;
  return true;
}

}  // namespace ledactor
