#include "main/doctor/network_check.hpp"

#include "net/socket.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <netdb.h>

namespace ledactor::doctor {

namespace {

/// An address as the system itself writes it; unchanged if the system knows no such address, as
/// while its interface is not there.
std::string usual_form(const std::string& address) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;
  if (::getaddrinfo(address.c_str(), nullptr, &hints, &found) != 0) {
    return address;
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
  std::array<char, NI_MAXHOST> text{};
  ::getnameinfo(found->ai_addr, found->ai_addrlen, text.data(), text.size(), nullptr, 0,
                NI_NUMERICHOST);
  return text.data();
}

bool is_wildcard(const std::string& address) {
  return address == "0.0.0.0" || address == "::" || address == "::ffff:0.0.0.0";
}

/// A link-local address means nothing without the interface, as each has such a network.
bool lacks_interface(const std::string& address) {
  return address.starts_with("fe80:") && address.find('%') == std::string::npos;
}

finding interface_fault(const std::string& key, const std::string& address) {
  return fault(fmt::format("{}: {} is a link-local address, and does not say of which interface",
                           key, address),
               fmt::format("add this machine's interface, such as {}%eth0", address));
}

const network_interface* interface_with(const std::vector<network_interface>& interfaces,
                                        const std::string& address) {
  const auto found = std::find_if(interfaces.begin(), interfaces.end(), [&](const auto& i) {
    return std::find(i.addresses.begin(), i.addresses.end(), address) != i.addresses.end();
  });
  return found == interfaces.end() ? nullptr : &*found;
}

/// Says so if nobody is at the other end of an interface's cable.
void check_cable(findings& found, const network_interface* interface) {
  if (interface != nullptr && !(interface->is_up && interface->has_carrier)) {
    found.push_back(warning(
        fmt::format("{} is {}", interface->name, interface->is_up ? "not connected" : "off"),
        interface->is_up ? "plug the cable in at both ends, and switch the other board on"
                         : fmt::format("sudo ip link set {} up", interface->name)));
  }
}

finding bind_finding(const config& c, const std::vector<network_interface>& interfaces,
                     int bind_fault) {
  switch (bind_fault) {
    case 0:
      return ok(fmt::format("{} port {} can be listened on", c.listen, c.port));
    case EADDRNOTAVAIL:
      return fault(
          fmt::format("ledactor.server.listen: no interface has the address {}; there is {}",
                      c.listen, describe(interfaces)),
          "give an interface that address (the README's section on the cable), or listen "
          "on one that there is; a run would wait for it");
    case EADDRINUSE:
      return fault(
          fmt::format("ledactor.server.port: port {} of {} is taken", c.port, c.listen),
          fmt::format("a board is running already, or another program has it (sudo ss -ltnp 'sport "
                      "= :{}'): stop it, or choose another port on both boards",
                      c.port));
    case EACCES:
      return fault(fmt::format("ledactor.server.port: this user may not listen on port {}", c.port),
                   "choose a port from 1024 on, on both boards");
    default:
      return fault(fmt::format("ledactor.server.listen: {} port {}: {}", c.listen, c.port,
                               std::strerror(bind_fault)),
                   "choose another address");
  }
}

/// What to do to get to a server.
std::string cable_cure(const std::string& address) {
  return fmt::format(
      "give an interface an address in the network of {}: see the README's section on the cable",
      address);
}

finding route_finding(const path_to_address& path,
                      const std::vector<network_interface>& interfaces) {
  if (path.route_fault != 0) {
    return fault(fmt::format("no interface has an address in a network that reaches {} ({}); "
                             "there is {}",
                             path.address, std::strerror(path.route_fault), describe(interfaces)),
                 cable_cure(path.address));
  }
  const auto from = fmt::format("from {}{}{}", path.own_address,
                                path.interface.empty() ? "" : " on ", path.interface);
  if (path.is_neighbour) {
    return ok(fmt::format("{} is reached {}", path.address, from));
  }
  const auto text = fmt::format("{} is reached through a gateway, {}", path.address, from);
  return path.answers
             ? ok(text)
             : warning(text + "; no interface has an address in its own network",
                       "if it is at the other end of a cable, " + cable_cure(path.address));
}

std::string list_addresses(const std::vector<path_to_address>& ways) {
  std::string text;
  for (const auto& way : ways) {
    text += (text.empty() ? "" : ", ") + way.address;
  }
  return text;
}

/// Says how a client gets to one of its server's addresses.
void check_way(findings& found, const config& c, const std::vector<network_interface>& interfaces,
               const path_to_address& way) {
  if (lacks_interface(way.address)) {
    found.push_back(interface_fault("ledactor.client.host", way.address));
    return;
  }
  found.push_back(route_finding(way, interfaces));
  if (!way.answers) {
    check_cable(found, interface_with(interfaces, way.own_address));
  }
  found.push_back(way.answers
                      ? ok(fmt::format("{} port {} answers", way.address, c.port))
                      : note(fmt::format("{} port {} does not answer ({}); a client keeps trying",
                                         way.address, c.port, way.silence)));
}

}  // namespace

std::string describe(const std::vector<network_interface>& interfaces) {
  std::string text;
  for (const auto& i : interfaces) {
    if (!i.is_up && i.addresses.empty()) {
      continue;
    }
    text += fmt::format(
        "{}{} {}", text.empty() ? "" : ", ", i.name,
        i.addresses.empty() ? "(no address)" : fmt::format("{}", fmt::join(i.addresses, " ")));
  }
  return text.empty() ? "none" : text;
}

findings check_server(const config& c, const std::vector<network_interface>& interfaces,
                      int bind_fault) {
  const auto address = usual_form(c.listen);
  if (lacks_interface(address)) {
    return {interface_fault("ledactor.server.listen", c.listen)};
  }
  findings found{bind_finding(c, interfaces, bind_fault)};
  if (is_wildcard(address)) {
    found.push_back(note(fmt::format("that is every address: {}", describe(interfaces))));
  } else if (net::is_loopback(c.listen)) {
    found.push_back(note("only clients on this machine reach that address"));
  } else {
    check_cable(found, interface_with(interfaces, address));
  }
  return found;
}

findings check_client(const config& c, const std::vector<network_interface>& interfaces,
                      const path_to_server& path) {
  if (!path.resolve_fault.empty()) {
    return {fault(
        fmt::format("ledactor.client.host: {} has no address: {}", c.host, path.resolve_fault),
        "correct the name, or give the server's address instead")};
  }
  const auto& ways = path.ways;
  findings found;
  if (ways.size() > 1) {
    found.push_back(ok(fmt::format("{} has the addresses {}", c.host, list_addresses(ways))));
  } else if (ways.front().address != c.host) {
    found.push_back(ok(fmt::format("{} has the address {}", c.host, ways.front().address)));
  }
  const bool any_answers =
      std::any_of(ways.begin(), ways.end(), [](const auto& way) { return way.answers; });
  for (const auto& way : ways) {
    if (way.answers || !any_answers) {
      check_way(found, c, interfaces, way);
    } else {
      found.push_back(note(fmt::format("{} port {} does not answer ({}); a client takes another",
                                       way.address, c.port, way.silence)));
    }
  }
  return found;
}

findings check_port(const config& c, port_range outgoing) {
  const bool is_server = c.role == board_role::server;
  if (!outgoing.has(c.port) || !(is_server || net::is_loopback(c.host))) {
    return {};
  }
  return {warning(
      fmt::format(
          "ledactor.{}.port: {} is one of the ports, {} to {}, that this machine gives to "
          "connections that its programs begin; while one has it, no server can listen there",
          is_server ? "server" : "client", c.port, outgoing.first, outgoing.last),
      fmt::format("choose a port below {} on both boards, such as 23870", outgoing.first))};
}

}  // namespace ledactor::doctor
