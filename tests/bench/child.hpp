#pragma once

#include "net/unique_fd.hpp"

#include <functional>
#include <sys/types.h>

namespace ledactor::bench {

using net::unique_fd;

struct pipe_ends {
  unique_fd read;
  unique_fd write;
};

/// A pipe that is closed on exec. Errors: throws std::system_error.
pipe_ends make_pipe();

/// Throws std::system_error with `what` and errno if `result` is negative; else returns it.
int check(int result, const char* what);

/// A process of ours. The kernel kills it when we die, however that happens; so does the
/// destructor.
class child {
public:
  /// Forks.
  /// @param body is all that the child runs; what it returns is its exit status.
  explicit child(const std::function<int()>& body);
  child(child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  child& operator=(child&&) = delete;
  ~child();

  pid_t pid() const noexcept { return pid_; }

  /// Asks it to end, with SIGTERM.
  /// @returns whether it ended in time, with status 0.
  bool stop();

private:
  pid_t pid_;
};

}  // namespace ledactor::bench
