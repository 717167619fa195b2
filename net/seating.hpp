#pragma once

#include "actors/messages.hpp"
#include "net/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace ledactor::net {

/// Most clients that wait for a seat; who comes then is refused.
inline constexpr std::size_t max_waiting = 16;

/// Who holds a server's seats and who waits for one, in the order in which they came.
class seating {
public:
  enum class outcome { seated, waiting, refused };

  /// @param seats 1 to 64; conf `ledactor.server.seats`.
  /// @param queue whether guests may wait; conf `ledactor.server.when-busy`.
  seating(std::size_t seats, bool queue) : seats_(seats), queue_(queue) {}

  /// A guest comes and takes a seat, or its place at the queue's end, or is turned away.
  outcome arrive(guest who);

  /// A guest goes, from a seat or from the queue.
  /// @param session the guest's; never used twice.
  /// @returns the session of the guest who gets the seat that this leaves free, if any.
  std::optional<std::uint64_t> leave(std::uint64_t session);

  /// The guest with that board who sits or, if none does, the first who waits.
  /// @param but the session of a guest who is not meant.
  /// @returns null if there is none, or if the board has no id.
  const guest* find(const board_id& board, std::uint64_t but = 0) const;

  /// The guest of that session; null if it is not here.
  const guest* find(std::uint64_t session) const;

  /// A guest goes, and another gets its place: its seat, or its place in the queue.
  /// @param session that of the guest who goes; it must be here.
  /// @param heir who may be waiting, further behind.
  outcome succeed(std::uint64_t session, guest heir);

  /// A guest's place in the queue, from 1; 0 if it does not wait.
  std::uint32_t place_of(std::uint64_t session) const;

  /// All guests, the longest first.
  const guest_list& guests() const { return guests_; }

  /// The name of the guest who has sat longest; empty if nobody sits.
  std::string holder() const;

private:
  template <class Predicate>
  const guest* find_if(Predicate is_meant) const;

  std::size_t seats_;
  bool queue_;
  guest_list guests_;
};

}  // namespace ledactor::net
