#pragma once

#include "actors/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

/// @file
/// The original scripts' messages, as net/ECE387.md describes them.

namespace ledactor::net {

/// How many LEDs and buttons that wire knows; of a larger board, the first ones travel.
inline constexpr std::size_t ece387_lines = 4;

/// The server's word for: go away.
struct ece387_close {
  bool operator==(const ece387_close&) const = default;
};

/// Levels of `ece387_lines` buttons as they are on the wire, or `close`.
using ece387_message = std::variant<level_set, ece387_close>;

/// A message's characters.
std::string ece387_text(const ece387_message& m);

/// Cuts a peer's bytes into messages, however they arrive.
class ece387_reader {
public:
  /// @param may_close whether `close` is a message: from a server alone.
  explicit ece387_reader(bool may_close) : may_close_(may_close) {}

  /// Takes bytes that came next.
  void feed(std::span<const std::uint8_t> bytes);

  /// The next whole message; none if there is none yet, or after a failure.
  std::optional<ece387_message> next();

  /// What was wrong with the bytes; empty if nothing was. Said as soon as a byte cannot be right.
  const std::string& failure() const { return failure_; }

  /// Whether a message has begun and not ended.
  bool is_within_message() const { return !unread_.empty(); }

private:
  bool may_close_;
  std::string unread_;
  std::string failure_;
};

/// Whether these first bytes of a client's are the original's, and not the native wire's or TLS's.
bool looks_like_ece387(std::span<const std::uint8_t> first_bytes);

}  // namespace ledactor::net
