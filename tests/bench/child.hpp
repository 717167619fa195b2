#pragma once

#include <functional>
#include <sys/types.h>
#include <unistd.h>
#include <utility>

namespace ledactor::bench {

/// Owns a file descriptor; -1 is none.
class unique_fd {
public:
  unique_fd() = default;
  explicit unique_fd(int fd) noexcept : fd_(fd) {}
  unique_fd(unique_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  unique_fd& operator=(unique_fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~unique_fd() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  int get() const noexcept { return fd_; }

private:
  int fd_ = -1;
};

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
