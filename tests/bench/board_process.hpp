#pragma once

#include "tests/bench/child.hpp"
#include "tests/bench/timing.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ledactor::bench {

/// A `ledactor` of the release build with a simulated board, run as a user would run it.
class board_process {
public:
  /// @param program the file to execute.
  /// @param role server or client; also its name.
  /// @param log_file takes its stderr, at the default level.
  /// @param more arguments.
  board_process(const std::string& program, const std::string& role, std::uint16_t port,
                const std::string& log_file, const std::vector<std::string>& more = {});

  int input() const { return input_.write.get(); }
  int output() const { return output_.read.get(); }
  pid_t pid() const { return process_.pid(); }

  /// Tries to connect until that succeeds, four times a millisecond: often enough for the figure,
  /// and little beside what a start costs. The server takes it for a board that left at once.
  /// @returns how long after `exec` that was.
  duration await_listening(std::uint16_t port) const;

  /// Ends it, as the user would. Errors: throws if it does not end with status 0.
  void stop();

private:
  std::string role_;
  pipe_ends input_ = make_pipe();
  pipe_ends output_ = make_pipe();
  pipe_ends began_ = make_pipe();
  child process_;
  clock::time_point exec_;
};

}  // namespace ledactor::bench
