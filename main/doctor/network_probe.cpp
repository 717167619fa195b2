#include "main/doctor/network_probe.hpp"

#include "net/dialer.hpp"
#include "net/resolver.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <semaphore>
#include <span>
#include <sys/socket.h>

namespace ledactor::doctor {

namespace {

/// The longest that a look-up or an attempt to connect may take.
constexpr std::chrono::seconds patience{1};

using interface_list = std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)>;

interface_list read_interfaces() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) {
    list = nullptr;
  }
  return {list, &::freeifaddrs};
}

bool is_ip(const sockaddr* address) {
  return address != nullptr && (address->sa_family == AF_INET || address->sa_family == AF_INET6);
}

socklen_t size_of(const sockaddr& address) {
  return address.sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
}

std::string to_text(const sockaddr& address) {
  std::array<char, NI_MAXHOST> text{};
  ::getnameinfo(&address, size_of(address), text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  return text.data();
}

/// The bytes of an IP address.
std::vector<std::uint8_t> bytes_of(const sockaddr& address) {
  const auto* from = reinterpret_cast<const std::uint8_t*>(&address);
  from += address.sa_family == AF_INET ? offsetof(sockaddr_in, sin_addr)
                                       : offsetof(sockaddr_in6, sin6_addr);
  return {from, from + (address.sa_family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr))};
}

bool is_same_network(const sockaddr& a, const sockaddr& b, const sockaddr& mask) {
  const auto one = bytes_of(a);
  const auto other = bytes_of(b);
  const auto bits = bytes_of(mask);
  for (std::size_t i = 0; i < one.size() && i < other.size() && i < bits.size(); ++i) {
    if (((one[i] ^ other[i]) & bits[i]) != 0) {
      return false;
    }
  }
  return true;
}

/// Finds the interface that has our address, and whether the server is in its network.
void find_interface(path_to_server& path, const sockaddr& server) {
  const auto list = read_interfaces();
  for (const auto* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
    if (is_ip(entry->ifa_addr) && to_text(*entry->ifa_addr) == path.own_address) {
      path.interface = entry->ifa_name;
      path.is_neighbour = is_ip(entry->ifa_netmask)
                          && is_same_network(*entry->ifa_addr, server, *entry->ifa_netmask);
      return;
    }
  }
}

/// Asks the kernel for a route. A datagram's socket, once connected, knows; nothing is sent.
void find_route(path_to_server& path, const addrinfo& server) {
  const net::unique_fd probe{::socket(server.ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_storage own{};
  socklen_t size = sizeof(own);
  if (!probe || ::connect(probe.get(), server.ai_addr, server.ai_addrlen) != 0
      || ::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&own), &size) != 0) {
    path.route_fault = errno;
    return;
  }
  const auto& address = reinterpret_cast<const sockaddr&>(own);
  path.own_address = to_text(address);
  find_interface(path, *server.ai_addr);
}

void connect(path_to_server& path, const std::string& host, std::uint16_t port) {
  std::binary_semaphore is_over{0};
  net::dialer dialer{[&] {
    is_over.release();
  }};
  dialer.dial(host, port, patience);
  is_over.acquire();
  const auto result = dialer.take();
  const auto* fault = std::get_if<net::socket_error>(&*result);
  path.answers = fault == nullptr;
  path.silence = fault == nullptr           ? ""
                 : fault->code == ETIMEDOUT ? "no answer within a second"
                                            : fault->text;
}

}  // namespace

std::vector<network_interface> find_interfaces() {
  std::vector<network_interface> found;
  const auto list = read_interfaces();
  for (const auto* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
    auto known = std::find_if(found.begin(), found.end(),
                              [&](const auto& i) { return i.name == entry->ifa_name; });
    if (known == found.end()) {
      known = found.insert(found.end(),
                           {.name = entry->ifa_name,
                            .is_up = (entry->ifa_flags & unsigned{IFF_UP}) != 0,
                            .has_carrier = (entry->ifa_flags & unsigned{IFF_RUNNING}) != 0});
    }
    if (is_ip(entry->ifa_addr)) {
      known->addresses.push_back(to_text(*entry->ifa_addr));
    }
  }
  return found;
}

int try_to_bind(const std::string& address, std::uint16_t port) {
  const auto found = net::resolve(address, port, {}, std::chrono::steady_clock::now() + patience);
  if (std::holds_alternative<net::socket_error>(found)) {
    return EADDRNOTAVAIL;  // a link-local address on an interface that is not there
  }
  const auto& where = *std::get<net::address_list>(found);
  const net::unique_fd probe{::socket(where.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const int on = 1;
  if (!probe || ::setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0
      || ::bind(probe.get(), where.ai_addr, where.ai_addrlen) != 0) {
    return errno;
  }
  return 0;
}

path_to_server look_for_server(const std::string& host, std::uint16_t port) {
  path_to_server path;
  const auto found = net::resolve(host, port, {}, std::chrono::steady_clock::now() + patience);
  if (const auto* fault = std::get_if<net::socket_error>(&found)) {
    path.resolve_fault = fault->text;
    return path;
  }
  const auto& server = *std::get<net::address_list>(found);
  path.address = to_text(*server.ai_addr);
  find_route(path, server);
  connect(path, host, port);
  return path;
}

}  // namespace ledactor::doctor
