#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ledactor::web {

/// Longest time that a press may name, and how long one lives that names neither a time nor a
/// viewer.
inline constexpr std::chrono::milliseconds max_lease{60'000};

/// How long a viewer's presses outlive its last event stream: a page whose stream breaks, as when a
/// phone changes its network, opens another one within that time, and nothing is released.
inline constexpr std::chrono::milliseconds stream_grace{2'000};

/// When a release is tried again that the board had no room for.
inline constexpr std::chrono::milliseconds release_retry{50};

/// Most presses at a time: each of 32 viewers holds 32 buttons.
inline constexpr std::size_t max_leases = 1024;

/// Who holds which button of a simulated board, and until when. A press is a lease, so that nobody
/// who dies, or is cut off, leaves a button pressed: it ends with its viewer's event stream, or at
/// its time. A button is down while anybody holds it.
///
/// Knows no clock: who calls says what time it is. Used by one thread.
class finger_leases {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// @param move moves the finger on a button, see `api_actions::move_finger`; may be null if
  ///        nobody ever presses.
  explicit finger_leases(std::function<bool(std::uint32_t input, bool pressed)> move);

  /// @param on_change is told that `next_end()` may be another.
  void on_change(std::function<void()> on_change);

  /// Presses a button, or makes a press of that viewer live longer or shorter.
  /// @param viewer who holds it; empty: nobody in particular, and all of those are one.
  /// @param span how long it lives, up to `max_lease`; without it, as long as the viewer has an
  ///        event stream, or for `max_lease` if it is nobody in particular.
  /// @returns false if it was not pressed: the board does not keep up, or there are `max_leases`.
  bool press(std::uint32_t input, const std::string& viewer,
             std::optional<std::chrono::milliseconds> span, time_point now);

  /// Ends what that viewer holds; the button is released unless somebody else holds it.
  /// @returns false if the board does not keep up: it is released as soon as that does.
  bool release(std::uint32_t input, const std::string& viewer, time_point now);

  /// Releases a button for all who hold it.
  /// @returns the same as `release`.
  bool release_for_all(std::uint32_t input, time_point now);

  /// A viewer has one more event stream, or one less.
  void begin_stream(const std::string& viewer);
  void end_stream(const std::string& viewer, time_point now);

  /// Releases what is held by nobody any more. To be called at `next_end()`.
  void expire(time_point now);

  /// When the next press ends by itself, if any does.
  std::optional<time_point> next_end() const;

private:
  struct lease {
    std::uint32_t input;
    std::string viewer;
    bool is_timed;                  ///< it has named its time: no stream changes that
    std::optional<time_point> end;  ///< none: for as long as the viewer has a stream
  };

  bool lift(std::uint32_t input, time_point now);
  bool is_held(std::uint32_t input) const;

  std::function<bool(std::uint32_t, bool)> move_;
  std::function<void()> on_change_ = [] {
  };
  std::vector<lease> leases_;
  std::map<std::string, std::size_t> streams_;  ///< how many each viewer has
};

}  // namespace ledactor::web
