#pragma once

#include "main/demo/terminal_guard.hpp"

#include <optional>
#include <termios.h>

// As <curses.h> names it; its macros stay out of our headers.
struct screen;

namespace ledactor::demo {

/// What the user did in the terminal.
struct stroke {
  enum class kind { key, mouse_down, mouse_up };

  kind what;
  /// `key`: its character, or a number above 255 for a key that has none.
  int key = 0;
  /// Where the mouse is; from 0.
  int row = 0;
  int column = 0;
};

/// The terminal in full-screen mode (ncurses). One at a time.
class terminal {
public:
  /// Takes over the terminal at stdin and stdout.
  /// @param rows, columns the least size.
  /// @throws failure (69) if its type is unknown or too dumb, or if it is too small.
  terminal(int rows, int columns);
  terminal(const terminal&) = delete;
  terminal& operator=(const terminal&) = delete;
  /// Gives it back as it was.
  ~terminal();

  /// Takes the next stroke, without waiting.
  std::optional<stroke> next();

  /// Gives the terminal back, stops this process (as ^Z does), and takes the terminal over again
  /// when somebody continues it.
  void suspend();

  /// Takes note of the terminal's new size.
  void resize();

private:
  termios before_{};
  std::optional<terminal_guard> guard_;
  struct screen* screen_ = nullptr;
};

}  // namespace ledactor::demo
