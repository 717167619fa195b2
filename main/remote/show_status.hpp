#pragma once

#include "main/remote/board_api.hpp"

namespace ledactor::remote {

/// Exit statuses of `ledactor status`, besides `exit_output`.
enum status_end : int { status_linked = 0, status_unlinked = 1, status_unreachable = 2 };

/// Prints a board's status once.
/// @param as_json the API's answer instead of a text for people.
int show_status(const board_api& board, bool as_json);

/// Prints it again whenever it has changed, until a signal ends the program or its reader goes. A
/// board that does not answer is a status, too.
int watch_status(const board_api& board);

}  // namespace ledactor::remote
