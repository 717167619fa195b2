#include "actors/child_table.hpp"

#include <algorithm>
#include <utility>

namespace ledactor {

child_table::child_table(caf::telemetry::metric_registry& metrics)
    : restarts_(metrics.counter_family("ledactor", "restarts", {"actor"},
                                       "Times that an actor was started again.", "1", true)) {}

void child_table::add(std::string name, component what,
                      std::function<caf::strong_actor_ptr()> make) {
  auto& c = children_.emplace_back();
  c.restarts = restarts_->get_or_add({{"actor", name}});
  c.name = std::move(name);
  c.what = what;
  c.make = std::move(make);
}

child* child_table::find(const caf::actor_addr& actor) {
  const auto found = std::find_if(children_.begin(), children_.end(),
                                  [&](const child& c) { return c.running == actor; });
  return found == children_.end() ? nullptr : &*found;
}

bool child_table::any_running() const {
  return std::any_of(children_.begin(), children_.end(),
                     [](const child& c) { return c.running != nullptr; });
}

void child_table::count_start(child& c) {
  if (++c.starts > 1) {
    c.restarts->inc();
  }
}

bool child_table::spend_restart(clock_time now) {
  std::erase_if(spent_, [&](auto when) { return when + restart_window < now; });
  spent_.push_back(now);
  return spent_.size() <= max_restarts;
}

}  // namespace ledactor
