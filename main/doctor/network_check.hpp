#pragma once

#include "main/config.hpp"
#include "main/doctor/finding.hpp"
#include "main/doctor/network_probe.hpp"

namespace ledactor::doctor {

/// Whether a server can have its address and port.
/// @param bind_fault as `try_to_bind` has it.
findings check_server(const config& c, const std::vector<network_interface>& interfaces,
                      int bind_fault);

/// Whether a client can get to its server. One that does not answer is no fault: a client keeps
/// trying.
findings check_client(const config& c, const std::vector<network_interface>& interfaces,
                      const path_to_server& path);

/// Whether this machine could give the link's port to another program's connection. A client that
/// dials this very machine might then even connect to itself.
/// @param outgoing as `find_outgoing_ports` has it.
findings check_port(const config& c, port_range outgoing);

/// Interfaces and their addresses, for people; without those that are off and have none.
std::string describe(const std::vector<network_interface>& interfaces);

}  // namespace ledactor::doctor
