#pragma once

#include "actors/rate_limiter.hpp"

#include <cstddef>
#include <deque>
#include <string>

namespace ledactor::net {

/// Handshakes that an address may begin: so many at once, as when all clients of one machine come
/// back after their server's restart, and then one each interval. A board that comes alone needs
/// one, and dials again with pauses that double.
inline constexpr std::int64_t handshake_burst = 64;
inline constexpr std::chrono::milliseconds handshake_interval{125};

/// The same, of all strangers together, and of all friends. A handshake takes 0.2 ms on a PC and 2
/// to 4 ms on the smallest boards, which are left the better part of their time for the link.
inline constexpr std::int64_t all_handshakes_burst = 128;
inline constexpr std::chrono::milliseconds all_handshakes_interval{25};

/// Most addresses that are remembered, of strangers and of friends; then the one that came first
/// is forgotten.
inline constexpr std::size_t max_known_addresses = 128;

/// Decides which connections may begin a handshake, which costs more time than anything else that
/// a stranger can ask for. Friends, the addresses of those who had a seat or a place in the queue
/// before, do not share with strangers.
class handshake_limiter {
public:
  using time_point = rate_limiter::time_point;

  /// A connection comes from an address.
  /// @returns whether it may begin a handshake.
  bool admits(const std::string& address, time_point now);

  /// Somebody at this address was let in.
  void befriend(const std::string& address);

private:
  struct known {
    std::string address;
    rate_limiter rate{handshake_burst, handshake_interval};
  };

  /// Addresses of a kind, and what they have in common.
  struct crowd {
    std::deque<known> addresses;  ///< the first that came is the first that is forgotten
    rate_limiter all{all_handshakes_burst, all_handshakes_interval};

    known* find(const std::string& address);
    known& add(const std::string& address);
    bool admits(known& who, time_point now);
  };

  crowd friends_;
  crowd strangers_;
};

}  // namespace ledactor::net
