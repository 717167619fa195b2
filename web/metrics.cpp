#include "web/metrics.hpp"

#include "web/prometheus_text.hpp"

#include <caf/telemetry/metric_registry.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
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

/// Of /proc/stat [s since 1970]; the kernel puts it right when the clock is set. Zero where there
/// is no such file.
double boot_time() {
  std::ifstream file{"/proc/stat"};
  std::string word;
  while (file >> word && word != "btime") {
  }
  double at = 0;
  file >> at;
  return at;
}

/// Of /proc/self/stat: when this process was started [s since the system's start].
double start_since_boot() {
  constexpr int words_before = 19;  // proc(5): it is the 22nd, and the name, the second, has blanks
  std::ifstream file{"/proc/self/stat"};
  std::string word;
  std::getline(file, word, '\0');
  std::istringstream rest{word.substr(word.rfind(')') + 1)};
  for (int i = 0; i < words_before; ++i) {
    rest >> word;
  }
  double ticks = 0;
  rest >> ticks;
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
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
    : registry_(system.metrics()), process_(registry_) {
  descriptors_ = registry_.gauge_singleton("process", "open-fds", "Descriptors that are open.");
  max_descriptors_ =
      registry_.gauge_singleton("process", "max-fds", "Descriptors that may be open.");
  start_time_ = registry_.gauge_singleton<double>(
      "process", "start-time", "When this process was started, since 1970.", "seconds");
  registry_.gauge_family("ledactor", "build-info", {"version"}, "Which ledactor this is.")
      ->get_or_add({{"version", version}})
      ->value(1);
}

std::string metrics_text::read() {
  measure_process();
  prometheus_text text;
  registry_.collect(text);
  return text.take();
}

void metrics_text::measure_process() {
  process_.update();
  descriptors_->value(open_descriptors());
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  max_descriptors_->value(static_cast<std::int64_t>(limit.rlim_cur));
  start_time_->value(boot_time() + start_since_boot());
}

}  // namespace ledactor::web
