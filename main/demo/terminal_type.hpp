#pragma once

#include <string>

namespace ledactor::demo {

/// The description of the terminal at stdout (terminfo, by the variable TERM), while it is loaded.
class terminal_type {
public:
  /// @throws failure (69) if the type is unknown, or cannot place its cursor.
  terminal_type();
  terminal_type(const terminal_type&) = delete;
  terminal_type& operator=(const terminal_type&) = delete;
  ~terminal_type();

  /// What leaves full-screen mode: mouse off, plain text, cursor shown, the normal screen back
  /// (or, where there is but one, an empty one).
  std::string farewell() const;
};

/// Both 1 or higher.
struct terminal_extent {
  int rows;
  int columns;
};

/// The size of the terminal at stdout; where it does not tell (a serial line), that of its type.
/// To be called while a `terminal_type`, or ncurses, has loaded that.
terminal_extent terminal_size();

}  // namespace ledactor::demo
