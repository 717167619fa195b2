#pragma once

#include "main/command_line.hpp"
#include "main/config.hpp"

/// The commands that talk to a board that runs: status, press, release, kick, quit and log. They
/// are clients of its API, and know nothing of the actors.
namespace ledactor::remote {

/// Does what the command line asks.
/// @param c the configuration that the board runs with.
/// @returns the exit status; one line on stderr says what went wrong.
int run(const config& c, const command_line& line);

}  // namespace ledactor::remote
