#pragma once

#include "main/demo/line_reader.hpp"
#include "net/unique_fd.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace ledactor::demo {

/// How a process ended.
struct ending {
  /// True if a signal killed it; `code` is then its number, and else the exit status.
  bool killed;
  int code;

  /// Such as "exit 0" or "killed by signal 9".
  std::string words() const;
};

/// A simulated board: a child process that takes lines on stdin and prints lines on stdout.
/// It has a process group of its own, so that ^C in the terminal reaches only the demo, and the
/// kernel kills it when the demo dies, however that happens.
class child_board {
public:
  /// How long `~child_board` waits between SIGTERM and SIGKILL. The contract says 1 s.
  static constexpr std::chrono::seconds grace{2};

  /// Starts the program.
  /// @param name what the demo calls the board.
  /// @param program file to execute.
  /// @param arguments those after the program's name.
  /// @param log_file is created; takes the board's stderr.
  /// @param page the address of its page; empty if it has none.
  /// @throws failure (69) if it cannot be started.
  child_board(std::string name, const std::string& program,
              const std::vector<std::string>& arguments, std::string log_file,
              std::string page = {});
  child_board(child_board&& other) noexcept;
  child_board& operator=(child_board&& other) noexcept;
  /// Ends the process: SIGTERM, `grace`, SIGKILL.
  ~child_board();

  const std::string& name() const noexcept { return name_; }
  const std::string& log_file() const noexcept { return log_file_; }
  const std::string& page() const noexcept { return page_; }
  /// The last line of its log, such as the reason why it ended; cut to 200 bytes.
  std::string last_words() const;

  /// Readable when there may be lines; -1 once the board closed its stdout.
  int output() const noexcept { return output_.get(); }
  /// Readable when the process has ended; -1 once `ended` has said so.
  int process() const noexcept { return process_.get(); }

  /// Writes a line to the board's stdin, without waiting. SIGPIPE must be ignored.
  /// @returns when the writing began; nothing if the board does not take the line.
  std::optional<clock::time_point> tell(std::string_view line);

  /// Takes in what the board has printed, without waiting.
  void receive();
  /// The oldest line not yet taken.
  std::optional<timed_line> next_line() { return lines_.next(); }

  /// Sends a signal, if the process has not ended.
  void send_signal(int number) noexcept;
  /// Asks the process to end, be it frozen or not.
  void ask_to_end() noexcept;

  /// How the process ended, or nothing while it runs. Whoever gets an ending has all its lines.
  std::optional<ending> ended();

private:
  void reap(int options) noexcept;

  std::string name_;
  std::string log_file_;
  std::string page_;
  net::unique_fd input_;
  net::unique_fd output_;
  net::unique_fd process_;
  pid_t pid_ = -1;
  line_reader lines_;
  std::optional<ending> ending_;
};

}  // namespace ledactor::demo
