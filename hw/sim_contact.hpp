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
  sim_contact(std::chrono::nanoseconds bounce, std::uint64_t seed)
      : bounce_(bounce), random_(seed) {}

  /// Puts the finger down at `now`; it lifts by itself after `hold`, if given.
  void press(timestamp now, std::optional<std::chrono::nanoseconds> hold);

  /// Lifts the finger at `now`.
  void release(timestamp now);

  /// Whether current flows at `now`, changes that nobody has taken yet included.
  bool is_active_at(timestamp now) const;

  /// When something happens next without anybody's doing, if at all.
  std::optional<timestamp> next_event() const;

  /// A change of the contact's level.
  struct flip {
    bool active;     ///< the level after it
    timestamp when;  ///< when it was due, however late it is taken
  };

  /// Takes the next change of level that is due at `now`, if there is one.
  std::optional<flip> take_due(timestamp now);

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
