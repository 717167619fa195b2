#pragma once

#include "net/secure_channel.hpp"

#include <array>
#include <cstdint>
#include <memory>

namespace ledactor::fuzz {

/// A ring with one key, always the same, so that an input does the same in each run.
inline net::shared_keys some_key() {
  std::array<std::uint8_t, net::key_size> secret{};
  secret.fill(1);
  auto ring = std::make_shared<net::key_ring>();
  ring->emplace_back(secret);
  return ring;
}

}  // namespace ledactor::fuzz
