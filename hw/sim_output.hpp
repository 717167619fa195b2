#pragma once

#include "hw/board.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace ledactor::hw {

/// Most bytes kept for a reader of stdout that lags behind; when there are as many, lines about
/// LEDs wait until there is room for the newest levels.
inline constexpr std::size_t max_output_backlog = std::size_t{64} * 1024;

/// Where the callers' own lines end, too. Those of the link are rare, and lost if not kept here:
/// the difference is theirs alone, and holds some 3,000.
inline constexpr std::size_t max_news_backlog = 2 * max_output_backlog;

/// What a simulated board prints: a line for each change of an LED, and of the link. Each line is
/// written at once, and no call blocks: towards a reader that lags, lines wait in a bounded
/// backlog, in which the newest LED levels win, and lines about the link have the last room.
class sim_output {
public:
  /// @param fd where to write; stays the caller's, and open.
  /// @param complain is told when lines begin to be lost, as on a full disk; of a reader that has
  /// gone it is not.
  explicit sim_output(
      int fd, std::function<void(const std::string&)> complain = [](const std::string&) {});
  sim_output(const sim_output&) = delete;
  sim_output& operator=(const sim_output&) = delete;
  ~sim_output();

  /// What to poll for POLLOUT while something waits.
  int fd() const { return fd_; }

  /// Prints `led N on` or `led N off` for each LED whose level differs from the printed one.
  /// @returns false if something has to wait for the reader: poll, then call `drain`.
  bool show_leds(level_set lit);

  /// Prints a line about each of the first `count` LEDs, changed or not.
  bool list_leds(std::size_t count);

  /// Prints a line of the caller's, given without its newline. Dropped only when
  /// `max_news_backlog` bytes wait.
  bool say(std::string_view line);

  /// Writes what waits, as far as the reader takes it.
  bool drain();

private:
  void append_changes();
  void append_led(std::size_t led);
  bool write_backlog();

  int opened_;  ///< a pipe or a terminal: the same one, opened so that writing does not block
  int fd_;
  bool is_socket_;
  level_set lit_ = 0;      ///< as the board has it
  level_set printed_ = 0;  ///< as the lines tell it
  std::string backlog_;
  std::function<void(const std::string&)> complain_;
  bool loses_ = false;  ///< the last write failed
};

}  // namespace ledactor::hw
