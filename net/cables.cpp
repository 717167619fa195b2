#include "net/cables.hpp"

#include <algorithm>
#include <cstring>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <utility>

namespace ledactor::net {

cables::host cables::host_of(const sockaddr& address) {
  host h{};
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof(v4));
    h.first[10] = h.first[11] = 0xff;  // RFC 4291, section 2.5.5.2
    std::memcpy(&h.first[12], &v4.sin_addr, sizeof(v4.sin_addr));
  } else {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof(v6));
    std::memcpy(h.first.data(), &v6.sin6_addr, sizeof(v6.sin6_addr));
    h.second = IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr) ? v6.sin6_scope_id : 0;
  }
  return h;
}

void cables::read_addresses() {
  interfaces_.clear();
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) {
    return;
  }
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner{list, &::freeifaddrs};
  for (const auto* entry = list; entry != nullptr; entry = entry->ifa_next) {
    const auto* address = entry->ifa_addr;
    if (address != nullptr && (address->sa_family == AF_INET || address->sa_family == AF_INET6)) {
      interfaces_.emplace(host_of(*address), ::if_nametoindex(entry->ifa_name));
    }
  }
}

/// @returns the index of the interface that has an address; 0 if none has.
unsigned cables::find(const host& address) {
  auto found = interfaces_.find(address);
  if (found == interfaces_.end()) {
    read_addresses();
    found = interfaces_.find(address);
  }
  return found == interfaces_.end() ? 0 : found->second;
}

void cables::attach(id who, int fd) {
  const auto here = local_end(fd);
  const auto there = peer_end(fd);
  if (!here || !there) {
    return;
  }
  const auto interface = find(host_of(*here->get()));
  if (interface != 0 && !interfaces_.contains(host_of(*there->get()))) {
    users_[who] = interface;
  }
}

std::vector<cables::id> cables::users_of(unsigned interface) const {
  std::vector<id> all;
  for (const auto& [who, where] : users_) {
    if (where == interface) {
      all.push_back(who);
    }
  }
  return all;
}

}  // namespace ledactor::net
