#include "main/demo/terminal_guard.hpp"

#include "main/demo/failure.hpp"

#include <cerrno>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ledactor::demo {

namespace {

/// What the guard is told; shorter than PIPE_BUF, so never torn.
struct order {
  bool armed;
  termios modes;
};

bool same(const termios& a, const termios& b) {
  return a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_cflag == b.c_cflag
         && a.c_lflag == b.c_lflag;
}

void restore(const termios& view, const termios& before, const std::string& farewell) {
  termios now{};
  // Other modes than the view's: a shell has taken over already, and knows better.
  if (::tcgetattr(STDIN_FILENO, &now) == 0 && same(now, view)) {
    ::tcflush(STDIN_FILENO, TCIFLUSH);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
  }
  [[maybe_unused]] auto written = ::write(STDOUT_FILENO, farewell.data(), farewell.size());
}

[[noreturn]] void stand_guard(int pipe, const termios& before, const std::string& farewell) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_NAME, "ledactor-guard");
  // A process in the background may set the terminal's modes only if it ignores SIGTTOU.
  for (int number : {SIGTTOU, SIGTTIN, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP}) {
    ::signal(number, SIG_IGN);
  }
  // Nothing else is held open, least of all the other end of the pipe.
  ::dup2(pipe, STDERR_FILENO);
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  order last{false, {}};
  order next{};
  ssize_t count = 0;
  while ((count = ::read(STDERR_FILENO, &next, sizeof(next))) != 0) {
    if (count == sizeof(next)) {
      last = next;
    } else if (count > 0 || errno != EINTR) {
      break;
    }
  }
  if (last.armed) {
    restore(last.modes, before, farewell);
  }
  ::_exit(0);
}

void send(int pipe, const order& what) {
  // If nobody reads it any more, somebody killed the guard: the view goes on without.
  [[maybe_unused]] auto written = ::write(pipe, &what, sizeof(what));
}

}  // namespace

terminal_guard::terminal_guard(const termios& before, const std::string& farewell) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw system_failure("cannot make a pipe to the terminal's guard", errno);
  }
  net::unique_fd read{ends[0]};
  pipe_ = net::unique_fd{ends[1]};
  pid_ = ::fork();
  if (pid_ < 0) {
    throw system_failure("cannot start the terminal's guard", errno);
  }
  if (pid_ == 0) {
    stand_guard(read.get(), before, farewell);
  }
}

terminal_guard::~terminal_guard() {
  disarm();
  pipe_.reset();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void terminal_guard::arm() {
  order what{true, {}};
  if (::tcgetattr(STDIN_FILENO, &what.modes) == 0) {
    send(pipe_.get(), what);
  }
}

void terminal_guard::disarm() {
  send(pipe_.get(), {false, {}});
}

}  // namespace ledactor::demo
