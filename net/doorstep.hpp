#pragma once

#include <caf/actor_addr.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace ledactor::net {

/// Most connections at a time that have not said hello. When one more comes, an older one is
/// dropped: a board says hello at once, and a stranger who says nothing must not keep it out.
inline constexpr std::size_t max_fresh = 64;

/// The connections that have not said hello, and who must go when there are too many: the oldest
/// of the address that has most, so that a stranger's many connections do not push out a friend's.
/// No address may have more than half of the places.
class doorstep {
public:
  /// A connection that has not said hello, and where it comes from.
  struct stranger {
    caf::actor_id who;
    std::string address;
  };

  /// @param places how many may stand here, 2 to `max_fresh`.
  explicit doorstep(std::size_t places) : places_(places) {}

  /// A connection comes.
  /// @returns who must go for it, and is no longer here.
  std::optional<stranger> arrive(caf::actor_id who, std::string address);

  /// A connection has said hello, or has ended.
  /// @returns its address; nothing if it was not here.
  std::optional<std::string> leave(caf::actor_id who);

  std::size_t size() const { return fresh_.size(); }

private:
  std::optional<std::string> find_crowd(const std::string& newcomers_address) const;
  void forget(const std::string& address);

  std::size_t places_;
  std::deque<stranger> fresh_;                           ///< oldest first
  std::unordered_map<std::string, std::size_t> counts_;  ///< of each address that has any
};

}  // namespace ledactor::net
