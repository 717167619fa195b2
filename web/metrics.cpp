#include "web/metrics.hpp"

#include <caf/telemetry/metric_registry.hpp>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>

namespace ledactor::web {

namespace {

namespace telemetry = caf::telemetry;

/// Picks the two figures that CAF keeps of each kind of actor.
class component_collector {
public:
  void operator()(const telemetry::metric_family* family, const telemetry::metric* instance,
                  const telemetry::int_gauge* gauge) {
    if (is_of_actors(family) && family->name() == "mailbox-size") {
      of(instance).mailbox = gauge->value();
    }
  }
  void operator()(const telemetry::metric_family* family, const telemetry::metric* instance,
                  const telemetry::dbl_histogram* times) {
    if (is_of_actors(family) && family->name() == "processing-time") {
      for (const auto& bucket : times->buckets()) {
        of(instance).messages += bucket.count.value();
      }
    }
  }
  template <class Other>
  void operator()(const telemetry::metric_family*, const telemetry::metric*, const Other*) {}

  std::vector<component_state> take() const {
    std::vector<component_state> all;
    for (const auto& [name, state] : found_) {
      all.push_back(state);
    }
    return all;
  }

private:
  static bool is_of_actors(const telemetry::metric_family* family) {
    return family->prefix() == "caf.actor";
  }

  component_state& of(const telemetry::metric* instance) {
    const auto name = instance->labels().front().value();
    auto& state = found_[{name.data(), name.size()}];
    state.component = {name.data(), name.size()};
    return state;
  }

  std::map<std::string, component_state> found_;
};

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
}

/// Of /proc/self/statm: the second number, in pages. Zero where there is no such file.
std::int64_t resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::int64_t all = 0;
  std::int64_t resident = 0;
  file >> all >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

std::int64_t open_descriptors() {
  std::error_code none;
  const std::filesystem::directory_iterator open{"/proc/self/fd", none};
  return none ? 0 : std::distance(open, {});
}

}  // namespace

std::vector<component_state> count_components(const caf::actor_system& system) {
  component_collector collector;
  system.metrics().collect(collector);
  return collector.take();
}

metrics_text::metrics_text(caf::actor_system& system, const std::string& version)
    : registry_(system.metrics()) {
  collector_.min_scrape_interval(caf::timespan{0});
  cpu_ = registry_.counter_singleton<double>("process", "cpu", "CPU time of this process.",
                                             "seconds", true);
  memory_ =
      registry_.gauge_singleton("process", "resident-memory", "Memory of this process.", "bytes");
  descriptors_ = registry_.gauge_singleton("process", "open-fds", "Descriptors of this process.");
  registry_.gauge_family("ledactor", "build-info", {"version"}, "Which ledactor this is.")
      ->get_or_add({{"version", version}})
      ->value(1);
}

std::string metrics_text::read() {
  measure_process();
  const auto text = collector_.collect_from(registry_);
  return {text.data(), text.size()};
}

void metrics_text::measure_process() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  cpu_->inc(seconds(usage.ru_utime) + seconds(usage.ru_stime) - cpu_->value());
  memory_->value(resident_bytes());
  descriptors_->value(open_descriptors());
}

}  // namespace ledactor::web
