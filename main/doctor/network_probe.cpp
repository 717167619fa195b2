#include "main/doctor/network_probe.hpp"

#include "net/connect_race.hpp"
#include "net/resolver.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <span>
#include <sys/socket.h>
#include <utility>

namespace ledactor::doctor {

namespace {

/// The longest that an attempt to connect may take.
constexpr std::chrono::seconds patience{1};

/// The longest that a look-up may take: with one silent server, glibc turns to the next after 5 s.
constexpr std::chrono::seconds lookup_patience{6};

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
void find_interface(path_to_address& path, const sockaddr& server) {
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
path_to_address find_route(const net::socket_address& server) {
  path_to_address path{.address = to_text(*server.get())};
  const net::unique_fd probe{::socket(server.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!probe || ::connect(probe.get(), server.get(), server.size) != 0) {
    path.route_fault = errno;
    return path;
  }
  const auto own = net::local_end(probe.get());
  path.own_address = own ? to_text(*own->get()) : std::string{};
  find_interface(path, *server.get());
  return path;
}

/// Connects to all addresses at the same time. @returns each one's outcome.
std::vector<net::socket_result> connect(const std::vector<net::socket_address>& servers) {
  std::vector<net::connect_race> attempts;
  attempts.reserve(servers.size());
  for (const auto& server : servers) {
    attempts.emplace_back(std::vector{server}, patience);
  }
  std::vector<std::optional<net::socket_result>> outcomes(servers.size());
  for (;;) {
    const auto now = std::chrono::steady_clock::now();
    std::vector<pollfd> under_way;
    auto due = now + patience;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      if (!outcomes[i] && !(outcomes[i] = attempts[i].step(now))) {
        under_way.push_back({attempts[i].fd(), POLLIN, 0});
        due = std::min(due, attempts[i].due());
      }
    }
    if (under_way.empty()) {
      break;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - now);
    ::poll(under_way.data(), under_way.size(), static_cast<int>(left.count()));
  }
  std::vector<net::socket_result> results;
  results.reserve(outcomes.size());
  for (auto& outcome : outcomes) {
    results.push_back(std::move(*outcome));
  }
  return results;
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

port_range find_outgoing_ports() {
  std::ifstream file{"/proc/sys/net/ipv4/ip_local_port_range"};
  port_range range;
  return file >> range.first >> range.last ? range : port_range{};
}

int try_to_bind(const std::string& address, std::uint16_t port) {
  const auto found = net::resolve(address, port, std::chrono::steady_clock::now() + patience);
  if (std::holds_alternative<net::socket_error>(found)) {
    return EADDRNOTAVAIL;  // a link-local address on an interface that is not there
  }
  const auto& where = std::get<std::vector<net::socket_address>>(found).front();
  const net::unique_fd probe{::socket(where.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const int on = 1;
  if (!probe || ::setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0
      || ::bind(probe.get(), where.get(), where.size) != 0) {
    return errno;
  }
  return 0;
}

path_to_server look_for_server(const std::string& host, std::uint16_t port) {
  const auto found = net::resolve(host, port, std::chrono::steady_clock::now() + lookup_patience);
  if (const auto* fault = std::get_if<net::socket_error>(&found)) {
    return {.resolve_fault = fault->text};
  }
  path_to_server path;
  const auto addresses = net::interleave(std::get<std::vector<net::socket_address>>(found));
  const auto results = connect(addresses);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    auto& way = path.ways.emplace_back(find_route(addresses[i]));
    const auto* fault = std::get_if<net::socket_error>(&results[i]);
    way.answers = fault == nullptr;
    way.silence = fault == nullptr           ? ""
                  : fault->code == ETIMEDOUT ? "no answer within a second"
                                             : fault->text;
  }
  return path;
}

}  // namespace ledactor::doctor
