#pragma once

#include "actors/supervisor.hpp"
#include "hw/board.hpp"
#include "main/config.hpp"
#include "net/secure_channel.hpp"

#include <functional>
#include <string_view>

namespace ledactor {

/// Starts all actors of one board: the one place that knows how they hang together.
/// @param keys to encrypt the links with; null: they are not encrypted.
/// @param open opens the board; called again whenever the chip's actor is restarted.
/// @param watcher is told all that happens; null: nobody looks on.
/// @param announce is told each change of the link, on the supervisor's thread.
/// @returns the supervisor, which owns the others and ends with what ended the board.
supervisor_actor spawn_board(caf::actor_system& system, const config& c, net::shared_keys keys,
                             hw::board_factory open, const watcher_actor& watcher,
                             std::function<void(std::string_view)> announce);

}  // namespace ledactor
