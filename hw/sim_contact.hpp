#pragma once

#include "hw/board.hpp"

#include <deque>
#include <optional>
#include <random>

namespace ledactor::hw {

/// One simulated push button: a finger, and a contact that may bounce before it settles.
class sim_contact {
public:
  /// @param bounce how long the contact chatters after each move of the finger [ns], >= 0;
  ///        0 = a perfect contact. conf `ledactor.board.bounce`.
  /// @param seed of the chatter, so that a run can be repeated.
  sim_contact(std::chrono::nanoseconds bounce, std::uint64_t seed) : bounce_(bounce), random_(seed) {}

  /// Puts the finger down at `now`; it lifts by itself after `hold`, if given.
  void press(timestamp now, std::optional<std::chrono::nanoseconds> hold);

  /// Lifts the finger at `now`.
  void release(timestamp now);

  /// Whether current flows at this moment.
  bool active() const { return active_; }

  /// When something happens next without anybody's doing, if at all.
  std::optional<timestamp> next_event() const;

  /// Takes the next change of level that is due at `now`.
  /// @returns the level after it, or nothing when none is due.
  std::optional<bool> take_due(timestamp now);

private:
  void move_finger(bool down, timestamp now);

  std::chrono::nanoseconds bounce_;
  std::minstd_rand random_;
  bool finger_down_ = false;
  bool active_ = false;
  std::optional<timestamp> lift_at_;
  std::deque<timestamp> flips_;  ///< when the level changes, until it has settled
};

}  // namespace ledactor::hw
