#pragma once

#include <cstdint>

namespace ledactor::net {

/// What is spoken on a connection. conf `ledactor.link.wire`.
enum class wire_kind : std::uint8_t {
  native,  ///< net/PROTOCOL.md
  ece387,  ///< the original scripts', net/ECE387.md
  any,     ///< on a server: either, as the peer's first bytes tell
};

}  // namespace ledactor::net
