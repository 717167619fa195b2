#include "tests/bench/child.hpp"

#include "tests/bench/timing.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>

namespace ledactor::bench {

int check(int result, const char* what) {
  if (result < 0) {
    throw std::system_error(errno, std::generic_category(), what);
  }
  return result;
}

pipe_ends make_pipe() {
  int ends[2];
  check(::pipe2(ends, O_CLOEXEC), "pipe");
  return {unique_fd{ends[0]}, unique_fd{ends[1]}};
}

child::child(const std::function<int()>& body) : pid_(-1) {
  const auto parent = ::getpid();
  pid_ = check(::fork(), "fork");
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::_exit(::getppid() == parent ? body() : EXIT_FAILURE);
  }
}

child::~child() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

bool child::stop() {
  if (pid_ <= 0) {
    return false;  // never a signal to -1, which is everybody
  }
  ::kill(pid_, SIGTERM);
  const auto limit = clock::now() + patience;
  while (clock::now() < limit) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return false;
}

}  // namespace ledactor::bench
