#pragma once

#include "main/command_line.hpp"

#include <string>

namespace ledactor {

/// What `--help` prints, of the program or of one of its commands.
std::string help_text(command_line::command what);

}  // namespace ledactor
