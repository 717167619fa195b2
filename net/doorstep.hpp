#pragma once

#include <caf/actor_addr.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace ledactor::net {

/// Most connections at a time that have not said hello, in all and from one address. When one more
/// comes, an older one is dropped: a board says hello at once, and a stranger who says nothing must
/// not keep it out.
inline constexpr std::size_t max_fresh = 64;
inline constexpr std::size_t max_fresh_an_address = 32;

/// The connections that have not said hello, and who must go when there are too many: the oldest
/// of the address that has most, so that a stranger's many connections do not push out a friend's.
class doorstep {
public:
  /// A connection that has not said hello, and where it comes from.
  struct guest {
    caf::actor_id who;
    std::string address;
  };

  /// A connection comes.
  /// @returns who must go for it, and is no longer here.
  std::optional<guest> arrive(caf::actor_id who, std::string address);

  /// A connection has said hello, or has ended.
  /// @returns its address; nothing if it was not here.
  std::optional<std::string> leave(caf::actor_id who);

  std::size_t size() const { return waiting_.size(); }

private:
  std::size_t count(const std::string& address) const;

  std::deque<guest> waiting_;  ///< oldest first
};

}  // namespace ledactor::net
