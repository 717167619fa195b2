#include "main/demo/view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <curses.h>
#include <langinfo.h>
#include <string_view>

namespace ledactor::demo {

namespace {

constexpr int board_width = 39;
constexpr int board_top = 2;
constexpr int board_height = 12;
constexpr int gap = view_columns - 2 * board_width;
constexpr int cell_width = 6;
constexpr int cell_step = 7;
constexpr int cells_left = 2;
// Rows within a board.
constexpr int link_row = 1;
constexpr int led_row = 3;
constexpr int button_row = 6;
constexpr int times_row = 9;
// Rows below the boards.
constexpr int queue_row = board_top + board_height;
constexpr int events_row = queue_row + 1;
constexpr int help_height = 4;

constexpr short background = -1;
constexpr short good_pair = channels + 1;
constexpr short bad_pair = channels + 2;

int left_of(std::size_t board) {
  return static_cast<int>(board) * (board_width + gap);
}

int cell_column(std::size_t board, std::size_t cell) {
  return left_of(board) + cells_left + static_cast<int>(cell) * cell_step;
}

/// Colour helps, but nothing hangs on it: each state differs in its text as well.
attr_t colour(short pair) {
  return ::has_colors() ? COLOR_PAIR(pair) : A_NORMAL;
}

void define_colours() {
  constexpr std::array<short, channels> leds{COLOR_RED, COLOR_YELLOW, COLOR_GREEN, COLOR_CYAN};
  if (::has_colors()) {
    for (std::size_t i = 0; i < channels; ++i) {
      ::init_pair(static_cast<short>(i + 1), leds.at(i), background);
    }
    ::init_pair(good_pair, COLOR_GREEN, background);
    ::init_pair(bad_pair, COLOR_RED, background);
  }
}

/// Writes text, cut to `width` columns.
void put(int row, int column, std::string_view text, int width, attr_t attributes = A_NORMAL) {
  ::attrset(static_cast<int>(attributes));
  ::mvaddnstr(row, column, text.data(), std::min(width, static_cast<int>(text.size())));
  ::attrset(A_NORMAL);
}

/// What frames are made of.
struct frame_parts {
  cchar_t across;
  cchar_t down;
  cchar_t upper_left;
  cchar_t upper_right;
  cchar_t lower_left;
  cchar_t lower_right;
};

cchar_t cell_of(wchar_t character) {
  const std::array<wchar_t, 2> text{character, L'\0'};
  cchar_t cell{};
  ::setcchar(&cell, text.data(), A_NORMAL, 0, nullptr);
  return cell;
}

/// Never a terminal's second character set, which ncurses would switch to by itself: terminals in
/// UTF-8 need not have one, and PuTTY's has none.
frame_parts parts_of_frames() {
  return std::string_view{::nl_langinfo(CODESET)} == "UTF-8"
             ? frame_parts{cell_of(L'\u2500'), cell_of(L'\u2502'), cell_of(L'\u250c'),
                           cell_of(L'\u2510'), cell_of(L'\u2514'), cell_of(L'\u2518')}
             : frame_parts{cell_of(L'-'), cell_of(L'|'), cell_of(L'+'),
                           cell_of(L'+'), cell_of(L'+'), cell_of(L'+')};
}

void draw_frame(int top, int left) {
  const auto parts = parts_of_frames();
  auto bottom = top + board_height - 1;
  auto right = left + board_width - 1;
  ::mvhline_set(top, left, &parts.across, board_width);
  ::mvhline_set(bottom, left, &parts.across, board_width);
  ::mvvline_set(top, left, &parts.down, board_height);
  ::mvvline_set(top, right, &parts.down, board_height);
  ::mvadd_wch(top, left, &parts.upper_left);
  ::mvadd_wch(top, right, &parts.upper_right);
  ::mvadd_wch(bottom, left, &parts.lower_left);
  ::mvadd_wch(bottom, right, &parts.lower_right);
}

void draw_leds(int row, std::size_t board, const board_picture& what) {
  for (std::size_t i = 0; i < channels; ++i) {
    auto column = cell_column(board, i);
    put(row, column, fmt::format("LED {}", i + 1), cell_width);
    auto lit = colour(static_cast<short>(i + 1)) | A_BOLD | A_REVERSE;
    put(row + 1, column, what.leds.at(i) ? "( ON )" : "(    )", cell_width,
        what.leds.at(i) ? lit : A_NORMAL);
  }
}

std::string_view button_text(keypad::state state) {
  switch (state) {
    case keypad::state::tapped:
    case keypad::state::grabbed:
      return "[DOWN]";
    case keypad::state::latched:
      return "[HELD]";
    default:
      return "[    ]";
  }
}

void draw_buttons(int row, std::size_t board, const board_picture& what) {
  for (std::size_t i = 0; i <= channels; ++i) {
    auto column = cell_column(board, i);
    auto key = (board * (channels + 1) + i + 1) % keypad::keys;
    const auto* control = board == 0 ? "kick" : "quit";
    put(row, column, i < channels ? fmt::format("key {}", key) : fmt::format("{} {}", key, control),
        cell_width);
    auto text = button_text(what.buttons.at(i));
    auto down = text != button_text(keypad::state::up);
    put(row + 1, column, text, cell_width, down ? A_BOLD | A_REVERSE : A_NORMAL);
  }
}

void draw_board(std::size_t board, const board_picture& what) {
  constexpr int width = board_width - 4;
  auto left = left_of(board);
  draw_frame(board_top, left);
  put(board_top, left + 2, fmt::format(" {} ", what.title), width, A_BOLD);
  if (!what.page.empty()) {
    put(board_top + board_height - 1, left + 2, fmt::format(" {} ", what.page), width);
  }
  put(board_top + link_row, left + 2, what.link, width,
      colour(what.linked ? good_pair : bad_pair) | A_BOLD);
  draw_leds(board_top + led_row, board, what);
  draw_buttons(board_top + button_row, board, what);
  put(board_top + times_row, left + 2, "press here until LED there:", width);
  put(board_top + times_row + 1, left + 2, what.times, width);
}

void draw_events(const std::vector<std::string>& events) {
  auto room = static_cast<std::size_t>(std::max(0, LINES - help_height - events_row));
  auto first = events.size() > room ? events.size() - room : 0;
  for (auto i = first; i < events.size(); ++i) {
    put(events_row + static_cast<int>(i - first), 1, events[i], COLS - 2);
  }
}

void draw_help(bool latch) {
  auto row = LINES - help_height;
  put(row, 1,
      latch ? "HOLD: a key keeps its button down until struck again. Space: back to tapping"
            : "Tap a key, hold it, or hold the mouse on a button. Space: keys latch",
      COLS - 2, latch ? A_BOLD | A_REVERSE : A_NORMAL);
  put(row + 1, 1, "1-4 left's buttons  5 left kicks  |  6-9 right's buttons  0 right quits",
      COLS - 2);
  put(row + 2, 1, "x pull or plug right's cable      |  k cut right's power      |  q leave",
      COLS - 2);
  put(row + 3, 1, "Times: from writing \"press\" to one board until reading the other's \"led\"",
      COLS - 2);
}

}  // namespace

void draw(const picture& what) {
  define_colours();
  ::erase();
  if (LINES < view_rows || COLS < view_columns) {
    put(0, 0,
        fmt::format("{}x{} is too small: {}x{} at least", COLS, LINES, view_columns, view_rows),
        COLS);
    put(1, 0, "(q leaves)", COLS);
  } else {
    put(0, 1, what.title, COLS - 2, A_BOLD);
    for (std::size_t i = 0; i < what.boards.size(); ++i) {
      draw_board(i, what.boards.at(i));
    }
    put(queue_row, 1, what.queue, COLS - 2);
    draw_events(what.events);
    draw_help(what.latch);
  }
  ::refresh();
}

std::optional<std::size_t> key_at(int row, int column) {
  auto cell_row = board_top + button_row + 1;
  for (std::size_t key = 0; key < keypad::keys; ++key) {
    auto left = cell_column(key / (channels + 1), key % (channels + 1));
    // The label above a button belongs to it: a larger target.
    if ((row == cell_row || row == cell_row - 1) && column >= left && column < left + cell_width) {
      return key;
    }
  }
  return std::nullopt;
}

}  // namespace ledactor::demo
