#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ledactor::doctor {

/// A network interface of this machine.
struct network_interface {
  std::string name;
  bool is_up = false;
  bool has_carrier = false;  ///< plugged in, and somebody at the other end
  std::vector<std::string> addresses{};
};

/// The interfaces, in the kernel's order. Link-local IPv6 addresses have their `%interface`.
std::vector<network_interface> find_interfaces();

/// Tries whether a server could have its address and port: binds to them for a moment, without
/// listening.
/// @returns 0, or why not, as in errno(3).
int try_to_bind(const std::string& address, std::uint16_t port);

/// The ports that the kernel gives to connections that programs of this machine begin.
struct port_range {
  std::uint16_t first = 0;
  std::uint16_t last = 0;

  bool has(std::uint16_t port) const { return first <= port && port <= last; }
};

/// Reads them from ip_local_port_range in /proc/sys/net/ipv4, which is for IPv6, too.
port_range find_outgoing_ports();

/// How a client gets to one of its server's addresses.
struct path_to_address {
  std::string address{};
  int route_fault = 0;        ///< as in errno(3); 0: there is a way to the address
  std::string own_address{};  ///< with which this machine would come there
  std::string interface {};   ///< which has that address; may be empty
  bool is_neighbour = false;  ///< it is in that interface's network; no gateway in between
  bool answers = false;
  std::string silence{};  ///< why it does not answer
};

/// How a client gets to its server.
struct path_to_server {
  std::string resolve_fault{};          ///< empty: the host has an address
  std::vector<path_to_address> ways{};  ///< in the order in which a client tries them
};

/// Looks for a client's server: resolves the name, asks the kernel for a route to each address that
/// a client would try, and connects to all of them, for a second at most.
path_to_server look_for_server(const std::string& host, std::uint16_t port);

}  // namespace ledactor::doctor
