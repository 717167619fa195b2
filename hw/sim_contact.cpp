#include "hw/sim_contact.hpp"

#include <algorithm>

namespace ledactor::hw {

namespace {

/// Most times a contact opens again before it settles: a worn push button's figure.
constexpr int max_chatter = 6;

}  // namespace

void sim_contact::press(timestamp now, std::optional<std::chrono::nanoseconds> hold) {
  lift_at_.reset();
  if (hold) {
    lift_at_ = now + *hold;
  }
  move_finger(true, now);
}

void sim_contact::release(timestamp now) {
  lift_at_.reset();
  move_finger(false, now);
}

void sim_contact::move_finger(bool down, timestamp now) {
  if (down == finger_down_) {
    return;
  }
  finger_down_ = down;
  flips_.clear();
  if (active_ != down) {
    flips_.push_back(now);
  }
  if (bounce_.count() > 0) {
    std::uniform_int_distribution<std::int64_t> moment{1, bounce_.count()};
    const int chatter = std::uniform_int_distribution<int>{1, max_chatter}(random_);
    for (int i = 0; i < 2 * chatter; ++i) {  // an even number, so that it settles where it should
      flips_.push_back(now + std::chrono::nanoseconds{moment(random_)});
    }
    std::sort(flips_.begin(), flips_.end());
  }
}

std::optional<timestamp> sim_contact::next_event() const {
  if (flips_.empty()) {
    return lift_at_;
  }
  return lift_at_ ? std::min(*lift_at_, flips_.front()) : flips_.front();
}

bool sim_contact::is_active_at(timestamp now) const {
  if (lift_at_ && *lift_at_ <= now) {
    return false;
  }
  const auto due = std::upper_bound(flips_.begin(), flips_.end(), now) - flips_.begin();
  return active_ != (due % 2 != 0);
}

std::optional<sim_contact::flip> sim_contact::take_due(timestamp now) {
  if (lift_at_ && *lift_at_ <= now && (flips_.empty() || *lift_at_ < flips_.front())) {
    release(*lift_at_);
  }
  if (flips_.empty() || flips_.front() > now) {
    return std::nullopt;
  }
  const auto when = flips_.front();
  flips_.pop_front();
  active_ = !active_;
  return flip{active_, when};
}

}  // namespace ledactor::hw
