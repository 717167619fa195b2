#pragma once

#include "hw/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace ledactor::hw {

/// Levels of up to 64 lines: bit n is line n, set when active (a button pressed, an LED lit).
using level_set = std::uint64_t;

/// Most buttons or LEDs a board can have.
inline constexpr std::size_t max_lines = 64;

/// Time of an event on CLOCK_MONOTONIC [ns], the clock of the kernel's GPIO line events.
using timestamp = std::chrono::nanoseconds;

/// Now, on the clock of the edges.
inline timestamp monotonic_now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

/// A change of one input's level, as the board saw it.
struct edge {
  std::uint32_t input = 0;   ///< buttons count from 0; the control button comes after the last
  bool active = false;       ///< the level after the edge
  std::uint64_t number = 0;  ///< counts this board's edges from 1; a gap means that some were lost
  timestamp when{0};
};

/// The levels of all inputs at one moment.
struct input_levels {
  level_set buttons = 0;
  bool control = false;

  /// The level of one input, counted as in `edge::input`.
  bool of(std::uint32_t input, std::size_t num_buttons) const {
    return input < num_buttons ? ((buttons >> input) & 1U) != 0 : control;
  }
};

/// Most edges that a board hands on with one call.
inline constexpr std::size_t max_edges_at_once = 64;

/// A GPIO chip's lines as one board: buttons with a control button, and LEDs.
///
/// Edges are kept from construction on, until they are taken. No call blocks. The destructor turns
/// all LEDs off and releases the lines. A board is used from one thread at a time.
class board {
public:
  board() = default;
  board(const board&) = delete;
  board& operator=(const board&) = delete;
  virtual ~board() = default;

  /// What to poll for POLLIN: as long as it is readable, there is something for `take_edges` to do.
  virtual int fd() const = 0;

  /// Does what there is to do, and appends the edges of that to `edges`, in order. If they are
  /// `max_edges_at_once`, there may be more; what is not taken waits in the kernel.
  virtual std::optional<error> take_edges(std::vector<edge>& edges) = 0;

  /// Reads all inputs.
  virtual std::variant<input_levels, error> read_inputs() = 0;

  /// Sets all LEDs in one call: bit n of `lit` is LED n.
  virtual std::optional<error> write_leds(level_set lit) = 0;
};

/// Opens the board, anew after each failure.
using board_factory = std::function<std::variant<std::unique_ptr<board>, error>()>;

}  // namespace ledactor::hw
