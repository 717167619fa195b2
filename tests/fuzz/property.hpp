#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <span>
#include <string_view>
#include <vector>

/// @file
/// What the fuzz targets share.

namespace ledactor::fuzz {

using input = std::span<const std::uint8_t>;

/// A property that holds for every input; where it does not, the fuzzer keeps the input.
inline void must(bool holds, const char* property) {
  if (!holds) {
    std::fprintf(stderr, "property violated: %s\n", property);
    std::abort();
  }
}

inline std::string_view to_text(input bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Takes one byte off the front, as a choice of the fuzzer's; 0 if there is none.
inline std::uint8_t take_byte(input& bytes) {
  if (bytes.empty()) {
    return 0;
  }
  const auto value = bytes.front();
  bytes = bytes.subspan(1);
  return value;
}

/// Splits bytes into pieces of 1 to 16, or up to 512, as the seed has it.
inline std::vector<input> split(input bytes, std::uint8_t seed) {
  std::minstd_rand random{seed + 1U};
  const std::size_t longest = seed % 2 == 0 ? 16 : 512;
  std::vector<input> pieces;
  while (!bytes.empty()) {
    const auto size = std::min(bytes.size(), 1 + random() % longest);
    pieces.push_back(bytes.first(size));
    bytes = bytes.subspan(size);
  }
  return pieces;
}

/// Whether a text for people is there, short, and free of control characters.
inline bool is_one_line(std::string_view text) {
  return !text.empty() && text.size() <= 600 && std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

}  // namespace ledactor::fuzz

// What libFuzzer calls: the second once before the first, if a target has it.
// NOLINTBEGIN(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
// NOLINTEND(readability-identifier-naming)
