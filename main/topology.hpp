#pragma once

#include "actors/supervisor.hpp"
#include "hw/board.hpp"
#include "main/config.hpp"
#include "net/secure_channel.hpp"

namespace ledactor {

/// How the actors of one board are made, for the first time and again.
/// @param keys to encrypt the links with; null: they are not encrypted.
/// @param open opens the board; called again whenever the chip's actor is restarted.
/// @param watcher is told all that happens.
actor_factories factories_of(caf::actor_system& system, const config& c, net::shared_keys keys,
                             hw::board_factory open, const watcher_actor& watcher);

/// Starts all actors of one board: with `factories_of`, the one place that knows how they hang
/// together.
/// @returns the supervisor, which owns the others and ends with what ended the board.
supervisor_actor spawn_board(caf::actor_system& system, const config& c, actor_factories make,
                             const watcher_actor& watcher);

}  // namespace ledactor
