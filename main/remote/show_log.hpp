#pragma once

#include "main/command_line.hpp"
#include "main/remote/board_api.hpp"

#include <chrono>
#include <string>

namespace ledactor::remote {

/// How often a board is asked for what is new.
inline constexpr std::chrono::milliseconds poll_interval{250};

/// Writes a text to stdout at once.
/// @returns false if it cannot be written, which stderr is told.
bool put(const std::string& text);

/// Prints a board's log, in the form of its own log.
int show_log(const board_api& board, const command_line& how);

}  // namespace ledactor::remote
