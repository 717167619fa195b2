#pragma once

#include "web/status_json.hpp"

#include <caf/actor_system.hpp>
#include <caf/telemetry/dbl_gauge.hpp>
#include <caf/telemetry/importer/process.hpp>
#include <caf/telemetry/int_gauge.hpp>

#include <string>
#include <vector>

namespace ledactor::web {

/// What CAF counts of each component's actors, those of ledactor alone. Needs
/// `caf.metrics-filters.actors.includes` to name them.
std::vector<component_state> count_components(const caf::actor_system& system);

/// All metrics of an actor system's registry, and the process's own figures, which it keeps there
/// too: CAF's, and some under the names that Prometheus' own libraries give them. Used by one
/// thread.
class metrics_text {
public:
  /// @param version for `ledactor_build_info`.
  metrics_text(caf::actor_system& system, const std::string& version);

  /// As `prometheus_text` puts it.
  std::string read();

private:
  void measure_process();

  caf::telemetry::metric_registry& registry_;
  caf::telemetry::importer::process process_;  ///< CPU time and memory
  caf::telemetry::int_gauge* descriptors_;
  caf::telemetry::int_gauge* max_descriptors_;
  caf::telemetry::dbl_gauge* start_time_;
};

}  // namespace ledactor::web
