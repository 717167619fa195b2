#pragma once

#include <string>

namespace ledactor::demo {

/// Loads the description of the terminal at stdout (terminfo, by the variable TERM).
/// @throws failure (69) if the type is unknown, or cannot place its cursor.
void load_terminal_type();

/// What leaves full-screen mode: mouse off, plain text, cursor shown, the normal screen back.
/// After `load_terminal_type`.
std::string terminal_farewell();

/// Both 1 or higher.
struct terminal_extent {
  int rows;
  int columns;
};

/// The size of the terminal at stdout; where it does not tell (a serial line), that of its type.
/// After `load_terminal_type`.
terminal_extent terminal_size();

}  // namespace ledactor::demo
