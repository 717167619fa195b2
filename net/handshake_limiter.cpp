#include "net/handshake_limiter.hpp"

#include <algorithm>

namespace ledactor::net {

bool handshake_limiter::admits(const std::string& address, time_point now) {
  if (auto* const known_friend = friends_.find(address)) {
    return friends_.admits(*known_friend, now);
  }
  auto* const known_stranger = strangers_.find(address);
  return strangers_.admits(known_stranger != nullptr ? *known_stranger : strangers_.add(address),
                           now);
}

void handshake_limiter::befriend(const std::string& address) {
  if (friends_.find(address) == nullptr) {
    friends_.add(address);
  }
}

handshake_limiter::known* handshake_limiter::crowd::find(const std::string& address) {
  const auto found = std::find_if(addresses.begin(), addresses.end(),
                                  [&](const known& k) { return k.address == address; });
  return found == addresses.end() ? nullptr : &*found;
}

handshake_limiter::known& handshake_limiter::crowd::add(const std::string& address) {
  if (addresses.size() == max_known_addresses) {
    addresses.pop_front();
  }
  return addresses.emplace_back(known{address});
}

// An address that has had its share takes nothing from what all have in common.
bool handshake_limiter::crowd::admits(known& who, time_point now) {
  return who.rate.take(now) && all.take(now);
}

}  // namespace ledactor::net
