#pragma once

#include "main/config.hpp"
#include "main/failure.hpp"
#include "main/system_config.hpp"

namespace ledactor {

/// Blocks the signals that end a board, for all threads made from now on. Before any of them.
void block_signals();

/// Runs a board until it is told to end: by SIGINT, SIGTERM or SIGHUP, its control button or a
/// kick. Its LEDs are off and its lines released when this returns.
/// @returns how it ended; the text is empty for an ordinary end.
failure run_board(const config& c, system_config& system);

}  // namespace ledactor
