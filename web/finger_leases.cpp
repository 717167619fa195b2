#include "web/finger_leases.hpp"

#include <algorithm>
#include <utility>

namespace ledactor::web {

finger_leases::finger_leases(std::function<bool(std::uint32_t, bool)> move)
    : move_(std::move(move)) {}

void finger_leases::on_change(std::function<void()> on_change) {
  on_change_ = std::move(on_change);
}

bool finger_leases::press(std::uint32_t input, const std::string& viewer,
                          std::optional<std::chrono::milliseconds> span, time_point now) {
  const auto known = std::find_if(leases_.begin(), leases_.end(), [&](const lease& l) {
    return l.input == input && l.viewer == viewer;
  });
  if ((known == leases_.end() && leases_.size() == max_leases) || !move_(input, true)) {
    return false;
  }
  lease next{input, viewer, span.has_value(), std::nullopt};
  if (span) {
    next.end = now + std::min(*span, max_lease);
  } else if (viewer.empty()) {
    next.end = now + max_lease;
  } else if (!streams_.contains(viewer)) {  // it has just broken, or is being opened
    next.end = now + stream_grace;
  }
  if (known == leases_.end()) {
    leases_.push_back(std::move(next));
  } else {
    *known = std::move(next);
  }
  on_change_();
  return true;
}

bool finger_leases::release(std::uint32_t input, const std::string& viewer, time_point now) {
  const auto ended = std::erase_if(
      leases_, [&](const lease& l) { return l.input == input && l.viewer == viewer; });
  if (ended != 0 && !is_held(input)) {
    return lift(input, now);
  }
  on_change_();
  return true;
}

bool finger_leases::release_for_all(std::uint32_t input, time_point now) {
  std::erase_if(leases_, [&](const lease& l) { return l.input == input; });
  return lift(input, now);
}

void finger_leases::begin_stream(const std::string& viewer) {
  ++streams_[viewer];
  for (auto& l : leases_) {
    if (l.viewer == viewer && !l.is_timed) {
      l.end.reset();
    }
  }
  on_change_();
}

void finger_leases::end_stream(const std::string& viewer, time_point now) {
  const auto known = streams_.find(viewer);
  if (known == streams_.end() || --known->second > 0) {
    return;
  }
  streams_.erase(known);
  for (auto& l : leases_) {
    if (l.viewer == viewer && !l.is_timed) {
      l.end = now + stream_grace;
    }
  }
  on_change_();
}

void finger_leases::expire(time_point now) {
  std::vector<std::uint32_t> ended;
  std::erase_if(leases_, [&](const lease& l) {
    const bool is_over = l.end && *l.end <= now;
    if (is_over) {
      ended.push_back(l.input);
    }
    return is_over;
  });
  for (const auto input : ended) {
    if (!is_held(input)) {
      lift(input, now);
    }
  }
  on_change_();
}

std::optional<finger_leases::time_point> finger_leases::next_end() const {
  std::optional<time_point> next;
  for (const auto& l : leases_) {
    if (l.end) {
      next = next ? std::min(*next, *l.end) : *l.end;
    }
  }
  return next;
}

/// A release is never given up: what the board had no room for is a lease that ends soon.
bool finger_leases::lift(std::uint32_t input, time_point now) {
  const bool is_lifted = move_(input, false);
  if (!is_lifted) {
    leases_.push_back({input, {}, true, now + release_retry});
  }
  on_change_();
  return is_lifted;
}

bool finger_leases::is_held(std::uint32_t input) const {
  return std::any_of(leases_.begin(), leases_.end(),
                     [&](const lease& l) { return l.input == input; });
}

}  // namespace ledactor::web
