#include "actors/link_table.hpp"

#include <algorithm>
#include <utility>

namespace ledactor {

namespace {

template <class Links, class Session>
auto entry_of(Links& links, const Session& session) {
  return std::find_if(links.begin(), links.end(),
                      [&](const link& l) { return l.session == session; });
}

}  // namespace

link_table::link_table(caf::telemetry::metric_registry& metrics)
    : gauge_(metrics.gauge_singleton("ledactor", "link-up", "Peers that are linked.")) {}

bool link_table::join(const caf::strong_actor_ptr& session) {
  if (entry_of(links_, session) != links_.end()) {
    return false;
  }
  links_.push_back({session});
  return true;
}

void link_table::set_up(const caf::strong_actor_ptr& session) {
  const auto l = entry_of(links_, session);
  if (l != links_.end() && !std::exchange(l->up, true)) {
    ++linked_;
    gauge_->inc();
  }
}

std::optional<link> link_table::leave(const caf::actor_addr& session) {
  const auto found = entry_of(links_, session);
  if (found == links_.end()) {
    return std::nullopt;
  }
  auto left = std::move(*found);
  links_.erase(found);
  if (left.up) {
    --linked_;
    gauge_->dec();
  }
  return left;
}

caf::strong_actor_ptr link_table::kick_longest() {
  return kick_first([](const link&) { return true; });
}

caf::strong_actor_ptr link_table::kick(caf::actor_id session) {
  return kick_first([session](const link& l) { return l.session->id() == session; });
}

template <class Predicate>
caf::strong_actor_ptr link_table::kick_first(Predicate is_meant) {
  const auto guest = std::find_if(links_.begin(), links_.end(),
                                  [&](const link& l) { return !l.kicked && is_meant(l); });
  if (guest == links_.end()) {
    return nullptr;
  }
  guest->kicked = true;  // another press is for the next one
  return guest->session;
}

}  // namespace ledactor
