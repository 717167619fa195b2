#pragma once

#include "main/demo/child_board.hpp"
#include "main/demo/failure.hpp"
#include "main/demo/interrupts.hpp"
#include "main/demo/rig.hpp"

#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ledactor::demo {

/// A step of the tour went otherwise than expected.
class step_failure : public failure {
public:
  step_failure(const std::string& expected_, const std::string& instead_)
      : failure(exit_failed, "expected " + expected_), expected(expected_), instead(instead_) {}

  std::string expected;
  std::string instead;
};

/// The tour's boards, and what it expects of them. Strict: each line a board prints must be
/// expected, in order. Nothing here sleeps: all waits end with an event.
class stage {
public:
  /// The longest wait for anything.
  static constexpr std::chrono::seconds limit{10};

  explicit stage(rig& place);
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;
  /// Ends all boards.
  ~stage();

  child_board& start_server(std::string_view name);
  child_board& start_client(std::string_view name);

  /// Writes a line to a board.
  /// @returns when the writing began.
  clock::time_point tell(child_board& board, std::string_view line);

  /// Waits for the board's next line.
  /// @param pattern the line; a `*` at its end stands for anything.
  /// @returns when the line was read.
  /// @throws step_failure on another line, on the board's end, and after `limit`.
  clock::time_point expect(child_board& board, std::string_view pattern);

  /// Waits for as many lines, in any order.
  /// @returns when the last of them was read.
  clock::time_point expect_all(child_board& board, std::vector<std::string_view> patterns);

  /// Waits for the board to end with this exit status, all its lines having been expected.
  /// @returns when the end was noticed. The board is gone then.
  clock::time_point expect_exit(child_board& board, int status);
  /// The same for a board killed by this signal.
  clock::time_point expect_killed(child_board& board, int signal);

  /// Watches for a while that no board prints anything, or ends.
  void expect_quiet(std::chrono::milliseconds time);

  /// What the boards have printed that nobody has expected yet, such as `"led 1 on" from left`.
  std::string unread();

private:
  child_board& add(child_board board);
  clock::time_point expect_end(child_board& board, const ending& expected);
  /// Takes in what comes until `deadline`.
  /// @returns false if nothing came.
  /// @throws failure (128 + N) if signal N came.
  bool pump(clock::time_point deadline);
  timed_line take_line(child_board& board, const std::string& expected);

  rig& place_;
  interrupts interrupts_;
  std::vector<std::unique_ptr<child_board>> boards_;
};

}  // namespace ledactor::demo
