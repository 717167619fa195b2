#pragma once

#include "actors/messages.hpp"

#include <caf/telemetry/gauge.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <cstdint>
#include <deque>
#include <optional>

namespace ledactor {

/// A client's connection, or a server's guest who has a seat.
struct link {
  caf::strong_actor_ptr session;
  bool up = false;      ///< levels have come from the peer
  bool kicked = false;  ///< it is on its way out
};

/// The supervisor's links, in the order in which they sat down: who is linked, and who is to go
/// next. There are never more than seats.
class link_table {
public:
  /// @param metrics has a gauge of how many are up.
  explicit link_table(caf::telemetry::metric_registry& metrics);

  /// A session has a seat, or has told something else.
  /// @returns whether it is new: then its end is to be told to `leave`.
  bool join(const caf::strong_actor_ptr& session);

  /// The peer of a session that has joined is linked.
  void set_up(const caf::strong_actor_ptr& session);

  /// A session has ended.
  /// @returns what it was; none if it had not joined.
  std::optional<link> leave(const caf::actor_addr& session);

  /// Chooses who has sat longest, of those who are not kicked yet.
  /// @returns whom to kick; null if nobody is left.
  caf::strong_actor_ptr kick_longest();

  /// The same, for the session of that id.
  caf::strong_actor_ptr kick(caf::actor_id session);

  /// How many are up.
  std::uint32_t linked() const { return linked_; }

  bool empty() const { return links_.empty(); }
  auto begin() const { return links_.begin(); }
  auto end() const { return links_.end(); }

private:
  template <class Predicate>
  caf::strong_actor_ptr kick_first(Predicate is_meant);

  std::deque<link> links_;
  std::uint32_t linked_ = 0;
  caf::telemetry::int_gauge* gauge_;
};

}  // namespace ledactor
