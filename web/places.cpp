#include "web/places.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <iterator>
#include <netinet/in.h>
#include <utility>

namespace ledactor::web {

namespace {

constexpr std::size_t prefix_length = 8;  ///< of a /64 [bytes]

std::string bytes_of(const in6_addr& address, std::size_t length) {
  return {reinterpret_cast<const char*>(&address), length};
}

bool is_loopback(const std::string& address) {
  in6_addr v6{};
  if (::inet_pton(AF_INET6, address.c_str(), &v6) != 1) {
    return address.starts_with("127.");
  }
  constexpr std::size_t mapped_prefix = 12;  // ::ffff:127.0.0.1 is 127.0.0.1
  return IN6_IS_ADDR_LOOPBACK(&v6)
         || (IN6_IS_ADDR_V4MAPPED(&v6) && bytes_of(v6, sizeof(v6))[mapped_prefix] == '\x7f');
}

/// What has one share: an IPv4 address, or an IPv6 network that one host may have all of.
std::string owner_of(const std::string& address) {
  in6_addr v6{};
  const auto is_v6 = ::inet_pton(AF_INET6, address.c_str(), &v6) == 1;
  return is_v6 && !IN6_IS_ADDR_V4MAPPED(&v6) ? bytes_of(v6, prefix_length) : address;
}

}  // namespace

places::verdict places::arrive(id who, const std::string& address, bool has_room) {
  place comer{who, owner_of(address), is_loopback(address)};
  const auto for_strangers = number_ - number_ / 4;
  const bool is_full = taken_.size() >= number_ || !has_room;
  auto leaver = taken_.end();
  if (!comer.is_friend && count_strangers(comer.owner) >= for_strangers / 2) {
    leaver = find_leaver(comer.owner);
  } else if (is_full || (!comer.is_friend && count_strangers() >= for_strangers)) {
    leaver = count_strangers() > 0 ? find_leaver(find_crowd()) : find_waiting_friend();
    if (leaver == taken_.end()) {
      return {false};
    }
  }
  verdict result;
  if (leaver != taken_.end()) {
    result.leaver = leaver->who;
    taken_.erase(leaver);
  }
  taken_.push_back(std::move(comer));
  return result;
}

void places::look_on(id who) {
  befriend(who);
  move(who, state::looking_on);
}

void places::befriend(id who) {
  if (const auto found = find(who); found != taken_.end()) {
    found->is_friend = true;
  }
}

void places::leave(id who) {
  if (const auto found = find(who); found != taken_.end()) {
    taken_.erase(found);
  }
}

void places::move(id who, state now) {
  if (const auto found = find(who); found != taken_.end()) {
    found->now = now;
    std::rotate(found, std::next(found), taken_.end());
  }
}

places::iterator places::find(id who) {
  return std::find_if(taken_.begin(), taken_.end(), [=](const place& p) { return p.who == who; });
}

/// The stranger of that owner who goes first: the idlest, or else the one that has asked first.
places::iterator places::find_leaver(const std::string& owner) {
  const auto first = [&](state now) {
    return std::find_if(taken_.begin(), taken_.end(), [&](const place& p) {
      return !p.is_friend && p.owner == owner && p.now == now;
    });
  };
  const auto idlest = first(state::waiting);
  return idlest != taken_.end() ? idlest : first(state::asking);
}

places::iterator places::find_waiting_friend() {
  return std::find_if(taken_.begin(), taken_.end(),
                      [](const place& p) { return p.is_friend && p.now == state::waiting; });
}

/// The owner of most strangers.
std::string places::find_crowd() const {
  return std::max_element(taken_.begin(), taken_.end(),
                          [this](const place& a, const place& b) {
                            return (a.is_friend ? 0 : count_strangers(a.owner))
                                   < (b.is_friend ? 0 : count_strangers(b.owner));
                          })
      ->owner;
}

std::size_t places::count_strangers() const {
  return static_cast<std::size_t>(
      std::count_if(taken_.begin(), taken_.end(), [](const place& p) { return !p.is_friend; }));
}

std::size_t places::count_strangers(const std::string& owner) const {
  return static_cast<std::size_t>(std::count_if(taken_.begin(), taken_.end(), [&](const place& p) {
    return !p.is_friend && p.owner == owner;
  }));
}

}  // namespace ledactor::web
