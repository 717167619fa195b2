#include "net/backoff.hpp"

#include <algorithm>

namespace ledactor::net {

caf::timespan backoff::next() {
  std::uniform_int_distribution<caf::timespan::rep> share{pause_.count() / 2, pause_.count()};
  pause_ = std::min(2 * pause_, max_);
  return caf::timespan{share(random_)};
}

}  // namespace ledactor::net
