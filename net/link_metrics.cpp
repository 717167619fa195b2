#include "net/link_metrics.hpp"

#include <caf/actor_system.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <array>

namespace ledactor::net {

namespace {

/// Upper bounds of the round trip's histogram [s]: from a loopback to a bad radio link.
constexpr std::array round_trip_bounds{50e-6, 100e-6, 200e-6, 500e-6, 1e-3,   2e-3,   5e-3,
                                       10e-3, 20e-3,  50e-3,  100e-3, 200e-3, 500e-3, 1.0};

}  // namespace

link_metrics::link_metrics(caf::actor_system& system) {
  auto& metrics = system.metrics();
  auto* frames = metrics.counter_family("ledactor", "frames", {"direction"},
                                        "Frames sent to peers and received from them.", "1", true);
  sent = frames->get_or_add({{"direction", "sent"}});
  received = frames->get_or_add({{"direction", "received"}});
  merged = metrics.counter_singleton("ledactor", "levels-merged",
                                     "Changes not sent, since the peer lagged.", "1", true);
  press_to_led = metrics.histogram_singleton<double>(
      "ledactor", "press-to-led", round_trip_bounds,
      "From an edge here to the acknowledgement of the peer's LED.", "seconds");
  auto* failures = metrics.counter_family(
      "ledactor", "handshake-failures", {"reason"},
      "Connections whose peer did not prove that it holds the key.", "1", true);
  wrong_key_ = failures->get_or_add({{"reason", "key"}});
  foreign_ = failures->get_or_add({{"reason", "protocol"}});
  tampered_ = failures->get_or_add({{"reason", "tampered"}});
}

void link_metrics::fail_handshake(errc why) const {
  (why == errc::key ? wrong_key_ : why == errc::tampered ? tampered_ : foreign_)->inc();
}

}  // namespace ledactor::net
