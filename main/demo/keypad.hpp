#pragma once

#include "main/demo/line_reader.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace ledactor::demo {

/// Turns strokes of a keyboard, which in a terminal have no release, into buttons that are held:
/// a tap holds its button a moment; a key that is kept down repeats, and its button stays down
/// until the repeats end; a latched button stays down until its key is struck again. The mouse
/// does have a release, and holds a button just as long as it is held.
class keypad {
public:
  /// Keys: the two boards', each with its buttons and its control.
  static constexpr std::size_t keys = 10;
  /// A tap's length; longer than the usual delay before a key repeats, or a held key would blink.
  static constexpr std::chrono::milliseconds tap{600};
  /// The longest time between two repeats of a key.
  static constexpr std::chrono::milliseconds repeat{200};

  enum class state {
    up,
    tapped,   ///< down until its time is over
    latched,  ///< down until struck again
    grabbed,  ///< down until the mouse lets go
    spent,    ///< up, and deaf until its key is let go
  };

  /// A key was struck. Whether its button is down may have changed; ask `down`.
  /// @param latch latch the button rather than tap it.
  void strike(std::size_t key, bool latch, clock::time_point now);
  /// The mouse took hold of a button, or let go of it.
  void grab(std::size_t key);
  void let_go(std::size_t key);
  /// The board under these keys is another one now, whose buttons nobody has pressed.
  void spend(std::size_t first, std::size_t count, clock::time_point now);

  /// When `expire` has something to do next.
  std::optional<clock::time_point> next_expiry() const;
  /// Lets go of the buttons whose time is over.
  void expire(clock::time_point now);

  state at(std::size_t key) const { return keys_.at(key).held; }
  bool down(std::size_t key) const;

private:
  struct key_state {
    state held = state::up;
    clock::time_point until{};
    clock::time_point struck{};
  };

  std::array<key_state, keys> keys_;
};

}  // namespace ledactor::demo
