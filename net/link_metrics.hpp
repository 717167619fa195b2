#pragma once

#include "actors/messages.hpp"

#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/histogram.hpp>

namespace ledactor::net {

/// What sessions count, in the actor system's metrics: all sessions into the same figures, since
/// there is no end to the peers that may come. Cheap to make once the figures are there.
struct link_metrics {
  /// Adds the figures, at zero, unless they are there.
  explicit link_metrics(caf::actor_system& system);

  /// Counts a handshake in which the peer did not prove that it holds the key.
  /// @param why `errc::key`, `errc::protocol` or `errc::tampered`.
  void fail_handshake(errc why) const;

  caf::telemetry::int_counter* sent;            ///< frames; on the original's wire, messages
  caf::telemetry::int_counter* received;        ///< the same
  caf::telemetry::int_counter* merged;          ///< changes that were never sent
  caf::telemetry::dbl_histogram* press_to_led;  ///< [s]

private:
  caf::telemetry::int_counter* wrong_key_;
  caf::telemetry::int_counter* foreign_;
  caf::telemetry::int_counter* tampered_;
};

}  // namespace ledactor::net
