#include "main/demo/terminal_type.hpp"

#include "main/demo/failure.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <curses.h>
#include <sys/ioctl.h>
#include <unistd.h>
// Last, for its macros: it is why this is a file of its own.
#include <term.h>

namespace ledactor::demo {

namespace {

std::string collected;

int collect(int byte) {
  collected += static_cast<char>(byte);
  return byte;
}

}  // namespace

terminal_type::terminal_type() {
  const char* type = std::getenv("TERM");
  int error = 0;
  if (type == nullptr || *type == '\0') {
    throw failure(exit_unavailable,
                  "TERM is not set: set it to the terminal's type, such as"
                  " xterm-256color, or use --tour");
  }
  if (::setupterm(type, STDOUT_FILENO, &error) != OK) {
    throw failure(exit_unavailable,
                  fmt::format("TERM: the terminal type '{}' is unknown here: set it to a known"
                              " one, such as xterm-256color, or use --tour",
                              type));
  }
  if (::tigetstr("cup") == nullptr || ::tigetstr("clear") == nullptr) {
    throw failure(exit_unavailable,
                  fmt::format("TERM: a terminal of type '{}' cannot show the live view: set it to"
                              " one that can, such as xterm-256color, or use --tour",
                              type));
  }
}

terminal_type::~terminal_type() {
  ::del_curterm(::cur_term);
}

std::string terminal_type::farewell() const {
  collected.clear();
  if (const char* mouse = ::tigetstr("kmous"); mouse != nullptr) {
    collected += "\033[?1006;1000l";
  }
  const auto* last = ::tigetstr("rmcup") != nullptr ? "rmcup" : "clear";
  for (const char* name : {"rmkx", "sgr0", "cnorm", last}) {
    if (const char* text = ::tigetstr(name); text != nullptr) {
      ::tputs(text, 1, collect);
    }
  }
  collected += '\r';
  return collected;
}

terminal_extent terminal_size() {
  winsize window{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_row > 0 && window.ws_col > 0) {
    return {window.ws_row, window.ws_col};
  }
  return {::tigetnum("lines"), ::tigetnum("cols")};
}

}  // namespace ledactor::demo
