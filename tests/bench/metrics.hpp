#pragma once

#include <cstdint>
#include <string>

namespace ledactor::bench {

/// The value of a metric, as a process on this machine serves it to Prometheus over HTTP.
/// Errors: throws std::runtime_error if it serves none of that name.
double metric_of(std::uint16_t port, const std::string& name);

}  // namespace ledactor::bench
