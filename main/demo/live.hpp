#pragma once

#include "main/demo/interrupts.hpp"
#include "main/demo/keypad.hpp"
#include "main/demo/latency.hpp"
#include "main/demo/live_board.hpp"
#include "main/demo/rig.hpp"
#include "main/demo/terminal.hpp"
#include "main/demo/view.hpp"

#include <array>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ledactor::demo {

/// Keys of a board: its buttons and its control.
inline constexpr std::size_t keys_each = channels + 1;

/// The live view: a server and two clients, of which one has the seat and the other waits. Sleeps
/// until a board, the user or a deadline wakes it.
class live {
public:
  /// Takes over the terminal and starts the boards.
  /// @throws failure (69) if the terminal or a board cannot be had.
  explicit live(rig& place);
  live(const live&) = delete;
  live& operator=(const live&) = delete;
  /// Ends the boards and gives the terminal back.
  ~live();

  /// Plays until the user leaves, or a signal asks for the end.
  /// @throws failure (1) if a board ends though nobody asked it to.
  void run();

  /// What was measured, in two lines.
  std::string summary() const;

private:
  using board_ptr = std::shared_ptr<live_board>;

  void wait();
  void on_signals();
  void on_input();
  void on_key(int key);
  void on_mouse(const stroke& what);
  void on_lines(const board_ptr& board);
  void on_line(const board_ptr& board, const timed_line& line);
  void on_led(const board_ptr& board, const board_line& line, clock::time_point at);
  void on_ends();
  /// Leaves, since a board ended for no reason that the demo knows of.
  [[noreturn]] void fail(const child_board& board, const ending& end);

  void start_client();
  /// Shows this client at the right from now on.
  void seat(const board_ptr& client);
  /// Tells the boards which of their buttons went down or up.
  void apply_keys();
  void pull_or_plug();
  void cut_power();

  /// The button of a key, as the boards' stdin names it.
  static std::string button_name(std::size_t key);

  void note(std::string_view who, std::string_view what);
  void redraw_soon();
  picture compose() const;

  rig& place_;
  interrupts interrupts_;
  std::optional<terminal> terminal_;
  clock::time_point begin_;
  board_ptr server_;
  std::vector<board_ptr> clients_;
  /// The client at the right: who has the seat, or had it last.
  board_ptr seated_;
  std::size_t started_ = 0;

  keypad keypad_;
  bool latch_ = false;
  bool leave_ = false;
  /// What the boards were told of each key.
  std::array<bool, keypad::keys> told_{};
  /// When each key's `press` was written, until the other board's LED lights.
  std::array<std::optional<clock::time_point>, keypad::keys> pressed_;
  /// Times of the left's and of the right's presses.
  std::array<latency, 2> times_;
  std::deque<std::string> events_;
  std::optional<clock::time_point> redraw_at_;
};

}  // namespace ledactor::demo
