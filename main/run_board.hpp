#pragma once

#include "main/config.hpp"
#include "main/failure.hpp"
#include "main/system_config.hpp"
#include "net/secure_channel.hpp"

namespace ledactor {

/// Blocks the signals that end a board, for all threads made from now on. Before any of them.
void block_signals();

/// Runs a board until it is told to end: by one of the `ending_signals`, its control button or a
/// kick. Its LEDs are off and its lines released when this returns.
/// @param keys see `spawn_board`.
/// @returns how it ended; the text is empty for an ordinary end.
failure run_board(const config& c, net::shared_keys keys, system_config& system);

}  // namespace ledactor
