#pragma once

#include "main/failure.hpp"

#include <cstddef>
#include <optional>

namespace ledactor {

/// Threads that a board starts, with room for one more of each kind that may come later.
inline constexpr std::size_t needed_threads = 16;

/// Descriptors that a board opens before the first peer comes.
inline constexpr std::size_t needed_descriptors = 32;

/// Memory that a board's start allocates, next to its threads' stacks [bytes].
inline constexpr std::size_t needed_memory = std::size_t{16} * 1024 * 1024;

/// Whether this process may have what a board needs to start, tried by taking it all at once and
/// giving it back: with too little, CAF would stop half way and wait for ever.
/// @returns what is short, and where the limit is set.
std::optional<failure> find_shortage();

}  // namespace ledactor
