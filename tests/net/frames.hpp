#pragma once

#include "net/frame.hpp"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace ledactor::net::test {

using frames = std::vector<frame>;

/// Frames as they are on the wire.
inline std::vector<std::uint8_t> bytes_of(const frames& all) {
  std::vector<std::uint8_t> bytes;
  for (const auto& f : all) {
    append_frame(bytes, f);
  }
  return bytes;
}

/// The whole frames in some bytes.
inline frames frames_in(std::span<const std::uint8_t> bytes) {
  frame_reader reader;
  frames all;
  while (auto f = reader.next(bytes)) {
    all.push_back(std::move(*f));
  }
  return all;
}

}  // namespace ledactor::net::test
