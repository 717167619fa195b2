#include "main/demo/latency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace ledactor::demo {

void latency::add(nanoseconds time) {
  times_.push_back(time);
  if (times_.size() > window) {
    times_.pop_front();
  }
  ++count_;
}

latency::nanoseconds latency::last() const {
  return times_.empty() ? nanoseconds{0} : times_.back();
}

latency::nanoseconds latency::quantile(double share) const {
  if (times_.empty()) {
    return nanoseconds{0};
  }
  std::vector<nanoseconds> sorted{times_.begin(), times_.end()};
  auto rank = std::ceil(share * static_cast<double>(sorted.size()));
  auto place = sorted.begin() + std::max(std::ptrdiff_t{0}, static_cast<std::ptrdiff_t>(rank) - 1);
  std::nth_element(sorted.begin(), place, sorted.end());
  return *place;
}

std::string in_words(std::chrono::nanoseconds time) {
  auto milliseconds = std::chrono::duration<double, std::milli>(time).count();
  if (milliseconds < 1000) {
    return fmt::format("{:.{}f} ms", milliseconds, milliseconds < 10 ? 2 : 0);
  }
  return fmt::format("{:.2f} s", milliseconds / 1000);
}

}  // namespace ledactor::demo
