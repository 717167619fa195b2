#include "main/demo/keypad.hpp"

#include <algorithm>

namespace ledactor::demo {

void keypad::strike(std::size_t key, bool latch, clock::time_point now) {
  auto& [held, until, struck] = keys_.at(key);
  // A key kept down must not latch and unlatch its button at the rate of its repeats.
  auto fresh = struck == clock::time_point{} || now - struck > tap;
  struck = now;
  switch (held) {
    case state::up:
      held = latch ? state::latched : state::tapped;
      until = now + tap;
      break;
    case state::tapped:
    case state::spent:
      until = std::max(until, now + repeat);
      break;
    case state::latched:
      if (fresh) {
        held = state::up;
      }
      break;
    case state::grabbed:
      break;
  }
}

void keypad::grab(std::size_t key) {
  keys_.at(key).held = state::grabbed;
}

void keypad::let_go(std::size_t key) {
  if (at(key) == state::grabbed) {
    keys_.at(key).held = state::up;
  }
}

void keypad::spend(std::size_t first, std::size_t count, clock::time_point now) {
  for (auto key = first; key < first + count; ++key) {
    auto& [held, until, struck] = keys_.at(key);
    if (held == state::tapped || held == state::spent) {
      held = state::spent;
      until = std::max(until, now + tap);
    } else {
      held = state::up;
    }
  }
}

std::optional<clock::time_point> keypad::next_expiry() const {
  std::optional<clock::time_point> next;
  for (const auto& key : keys_) {
    auto timed = key.held == state::tapped || key.held == state::spent;
    if (timed && (!next || key.until < *next)) {
      next = key.until;
    }
  }
  return next;
}

void keypad::expire(clock::time_point now) {
  for (auto& key : keys_) {
    if ((key.held == state::tapped || key.held == state::spent) && key.until <= now) {
      key.held = state::up;
    }
  }
}

bool keypad::down(std::size_t key) const {
  auto held = at(key);
  return held == state::tapped || held == state::latched || held == state::grabbed;
}

}  // namespace ledactor::demo
