#pragma once

#include "web/status_json.hpp"

#include <caf/actor_system.hpp>
#include <caf/telemetry/collector/prometheus.hpp>

#include <string>
#include <vector>

namespace ledactor::web {

/// What CAF counts of each component's actors, those of ledactor alone. Needs
/// `caf.metrics-filters.actors.includes` to name them.
std::vector<component_state> count_components(const caf::actor_system& system);

/// All metrics of an actor system's registry, and the process's own figures, which it keeps there
/// too. Used by one thread.
class metrics_text {
public:
  /// @param version for `ledactor_build_info`.
  metrics_text(caf::actor_system& system, const std::string& version);

  /// In Prometheus' text format, version 0.0.4.
  std::string read();

private:
  void measure_process();

  caf::telemetry::metric_registry& registry_;
  caf::telemetry::collector::prometheus collector_;
  caf::telemetry::dbl_counter* cpu_;
  caf::telemetry::int_gauge* memory_;
  caf::telemetry::int_gauge* descriptors_;
};

}  // namespace ledactor::web
