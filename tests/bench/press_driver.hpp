#pragma once

#include "tests/bench/line_channel.hpp"
#include "tests/bench/timing.hpp"

namespace ledactor::bench {

/// Presses and releases button 1 at the bench's pace and appends how long each press took: from
/// before the line `press 1` is written to one process until `led 1 on` has been read from the
/// other.
/// @param presses how many, > 0.
void drive_presses(line_channel& boards, std::size_t presses, std::uint64_t seed, samples& out);

}  // namespace ledactor::bench
