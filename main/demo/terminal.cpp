#include "main/demo/terminal.hpp"

#include "main/demo/failure.hpp"
#include "main/demo/terminal_type.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <clocale>
#include <csignal>
#include <curses.h>
#include <unistd.h>
#include <utility>

namespace ledactor::demo {

namespace {

void set_modes() {
  ::cbreak();
  ::noecho();
  ::nonl();
  ::curs_set(0);
  ::keypad(stdscr, TRUE);
  ::nodelay(stdscr, TRUE);
  // Without a click interval, press and release of the mouse come apart, and at once.
  ::mouseinterval(0);
  ::mousemask(BUTTON1_PRESSED | BUTTON1_RELEASED, nullptr);
  if (::has_colors()) {
    ::start_color();
    ::use_default_colors();
  }
}

}  // namespace

terminal::terminal(int rows, int columns) {
  // Text only: numbers keep their point.
  std::setlocale(LC_CTYPE, "");
  std::optional<terminal_type> type{std::in_place};
  auto have = terminal_size();
  if (have.rows < rows || have.columns < columns) {
    throw failure(exit_unavailable,
                  fmt::format("the terminal has {} columns and {} rows: the live view needs {} and"
                              " {}; make it larger, or use --tour",
                              have.columns, have.rows, columns, rows));
  }
  if (::tcgetattr(STDIN_FILENO, &before_) != 0) {
    throw system_failure("cannot read the terminal's modes", errno);
  }
  guard_.emplace(before_, type->farewell());
  // ncurses loads it anew.
  type.reset();
  // An escape key is no reason to hold up the loop for a second.
  ::set_escdelay(25);
  screen_ = ::newterm(nullptr, stdout, stdin);
  if (screen_ == nullptr) {
    throw failure(exit_unavailable, "the terminal cannot be taken over: use --tour");
  }
  ::resizeterm(have.rows, have.columns);
  set_modes();
  guard_->arm();
}

terminal::~terminal() {
  // Where there is no other screen to go back to, an empty one is better than a stale one.
  ::erase();
  ::refresh();
  ::endwin();
  ::delscreen(screen_);
  // What was typed for the view is not meant for the shell.
  ::tcflush(STDIN_FILENO, TCIFLUSH);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

std::optional<stroke> terminal::next() {
  auto key = ::getch();
  if (key == ERR) {
    return std::nullopt;
  }
  MEVENT mouse;
  if (key != KEY_MOUSE || ::getmouse(&mouse) != OK) {
    return stroke{stroke::kind::key, key};
  }
  auto down = (mouse.bstate & BUTTON1_PRESSED) != 0;
  return stroke{down ? stroke::kind::mouse_down : stroke::kind::mouse_up, 0, mouse.y, mouse.x};
}

void terminal::suspend() {
  ::endwin();
  guard_->disarm();
  ::raise(SIGSTOP);
  ::refresh();
  guard_->arm();
  resize();
}

void terminal::resize() {
  auto now = terminal_size();
  ::resizeterm(now.rows, now.columns);
  ::clearok(curscr, TRUE);
}

}  // namespace ledactor::demo
