#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// @file
/// The native wire's frames; net/PROTOCOL.md specifies them byte by byte.

namespace ledactor::net {

/// The version of the protocol that this program speaks.
inline constexpr std::uint8_t protocol_version = 1;

/// Largest value of a frame's length field [bytes]; what claims more is not of this protocol.
inline constexpr std::size_t max_frame_length = 256;

/// Longest name of a board [bytes].
inline constexpr std::size_t max_name_length = 63;

/// Longest text of a farewell [bytes].
inline constexpr std::size_t max_text_length = 120;

/// Most `levels` frames that may wait for their acknowledgements.
inline constexpr std::size_t max_unacknowledged = 256;

/// What a side may say of its heartbeat [ms]; `ledactor.link.heartbeat` has the same bounds.
inline constexpr std::uint32_t min_heartbeat = 10;
inline constexpr std::uint32_t max_heartbeat = 3'600'000;

/// Tells a board from all others, and is the same when it comes again. All zero: not told.
using board_id = std::array<std::uint8_t, 16>;

/// First frame of either side: who speaks.
struct hello {
  std::uint8_t version = protocol_version;
  std::uint8_t role = 0;        ///< 0 server, 1 client
  std::uint8_t leds = 0;        ///< 1 to 64
  std::uint8_t buttons = 0;     ///< 1 to 64
  std::string name;             ///< see `is_valid_name`
  std::uint32_t heartbeat = 0;  ///< [ms], see `min_heartbeat`; 0: the frame ends before it
  board_id board{};             ///< only with a heartbeat
  bool operator==(const hello&) const = default;
};

/// Server to client: the seat is yours; levels may flow.
struct seat {
  bool operator==(const seat&) const = default;
};

/// Server to client: all seats are taken.
struct wait {
  std::uint16_t place = 0;  ///< in the queue, from 1
  std::string holder;       ///< who has sat longest
  bool operator==(const wait&) const = default;
};

/// The levels of all the sender's buttons.
struct levels_frame {
  std::uint32_t seq = 0;
  std::uint64_t when = 0;  ///< of the edge behind it, on the sender's CLOCK_MONOTONIC [ns]; 0: none
  std::uint64_t pressed = 0;  ///< bit n is button n + 1
  bool operator==(const levels_frame&) const = default;
};

/// The LEDs show what the `levels` frame asked for; repeats its first two fields.
struct ack {
  std::uint32_t seq = 0;
  std::uint64_t when = 0;
  bool operator==(const ack&) const = default;
};

/// Says that the sender is alive.
struct heartbeat {
  bool operator==(const heartbeat&) const = default;
};

/// Last frame of either side.
struct bye {
  std::uint8_t reason = 0;  ///< `errc`, 1 to 31
  std::string text;         ///< for people; may be empty
  bool operator==(const bye&) const = default;
};

using frame = std::variant<hello, seat, wait, levels_frame, ack, heartbeat, bye>;

/// Whether `text` can be a board's name: 1 to `max_name_length` printable ASCII characters, of
/// which the first and the last are no spaces.
bool is_valid_name(std::string_view text);

/// Appends a frame's bytes. Texts longer than their bounds are cut.
void append_frame(std::vector<std::uint8_t>& out, const frame& f);

/// Takes bytes as they come and gives frames; skips unknown optional frames.
class frame_reader {
public:
  /// Takes bytes that have come in, up to the end of the next whole frame, or all: the beginning of
  /// a frame is kept. None once the reader has failed.
  /// @param bytes what has come; what is taken is cut off.
  /// @returns the frame; none if more bytes are needed for one.
  std::optional<frame> next(std::span<const std::uint8_t>& bytes);

  /// How many whole frames have come, those that were skipped too.
  std::uint64_t taken() const { return taken_; }

  /// What is wrong with the bytes, in words, or an empty text. Final.
  const std::string& failure() const { return failure_; }

private:
  std::span<const std::uint8_t> cut(std::span<const std::uint8_t>& bytes);
  std::size_t size_of(std::span<const std::uint8_t> begun);

  std::vector<std::uint8_t> begun_;  ///< of a frame that came in pieces
  std::uint64_t taken_ = 0;
  std::string failure_;
};

}  // namespace ledactor::net
