#pragma once

#include "net/secure_channel.hpp"

#include <cstdint>
#include <vector>

namespace ledactor::net::test {

/// What a channel has for its peer.
inline std::vector<std::uint8_t> flight_of(secure_channel& from) {
  std::vector<std::uint8_t> bytes;
  from.take_output(bytes);
  return bytes;
}

}  // namespace ledactor::net::test
