#pragma once

#include "tests/bench/timing.hpp"

#include <cstddef>
#include <sys/types.h>

namespace ledactor::bench {

/// What a process has used since it began, all its threads together.
struct usage {
  duration cpu{0};           ///< from schedstat, in nanoseconds rather than ticks
  std::size_t switches = 0;  ///< to its threads: each sleep, and each time it was put off the core
};

/// Errors: throws std::runtime_error if the process is gone or the kernel keeps no schedstat.
usage usage_of(pid_t process);

/// Most memory that a process has had [KiB]: VmHWM.
std::size_t peak_kib_of(pid_t process);

}  // namespace ledactor::bench
