#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace ledactor::net {

/// Most clients that wait for a seat; who comes then is refused.
inline constexpr std::size_t max_waiting = 16;

/// Who holds a server's seats and who waits for one, in the order in which they came.
class seating {
public:
  /// Identifies a guest; never used twice.
  using guest_id = std::uint64_t;

  enum class outcome { seated, waiting, refused };

  /// @param seats 1 to 64; conf `ledactor.server.seats`.
  /// @param queue whether guests may wait; conf `ledactor.server.when-busy`.
  seating(std::size_t seats, bool queue) : seats_(seats), queue_(queue) {}

  /// A guest comes and takes a seat, or its place at the queue's end, or is turned away.
  outcome arrive(guest_id id, std::string name);

  /// A guest goes, from a seat or from the queue.
  /// @returns the guest who gets the seat that this leaves free, if any.
  std::optional<guest_id> leave(guest_id id);

  /// Those who wait, the longest first.
  std::deque<guest_id> queue() const;

  /// The name of the guest who has sat longest; empty if nobody sits.
  std::string holder() const;

private:
  struct guest {
    guest_id id;
    std::string name;
  };

  std::size_t seats_;
  bool queue_;
  std::deque<guest> seated_;
  std::deque<guest> waiting_;
};

}  // namespace ledactor::net
