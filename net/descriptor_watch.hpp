#pragma once

#include "actors/descriptor_watch.hpp"

#include <caf/io/network/default_multiplexer.hpp>

namespace ledactor::net {

/// Has CAF's I/O loop watch descriptors.
///
/// Any thread may start, rearm and end a watch. When another than the loop's ends it, a call of the
/// owner that is under way is not waited for. The loop keeps a duplicate of the descriptor, and may
/// close it a moment after the watch has ended.
/// @param loop CAF's default multiplexer, or the `loop`.
/// @note Starting one throws `std::system_error` if the process has no descriptor left.
watch_function watch_on(caf::io::network::multiplexer& loop);

}  // namespace ledactor::net
