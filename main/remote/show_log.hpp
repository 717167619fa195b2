#pragma once

#include "main/command_line.hpp"
#include "main/remote/board_api.hpp"

namespace ledactor::remote {

/// Prints a board's log, in the form of its own log. To follow it goes on until a signal ends the
/// program or its reader goes. A board that ends is waited for, and the log of the one that comes
/// in its place printed from its first line on; stderr is told.
int show_log(const board_api& board, const command_line& how);

}  // namespace ledactor::remote
