#pragma once

#include <cstdint>
#include <string_view>

namespace ledactor::net {

/// What is spoken on a connection. conf `ledactor.link.wire`.
enum class wire_kind : std::uint8_t {
  native,  ///< net/PROTOCOL.md
  ece387,  ///< the original scripts', net/ECE387.md
  any,     ///< on a server: either, as the peer's first bytes tell
};

/// As it is configured.
constexpr std::string_view to_string(wire_kind kind) {
  return kind == wire_kind::native ? "native" : kind == wire_kind::ece387 ? "ece387" : "any";
}

}  // namespace ledactor::net
