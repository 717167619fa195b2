#include "main/demo/child_board.hpp"

#include "main/demo/failure.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace ledactor::demo {

namespace {

struct pipe_ends {
  net::unique_fd read;
  net::unique_fd write;
};

pipe_ends make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw system_failure("cannot make a pipe to a board", errno);
  }
  return {net::unique_fd{ends[0]}, net::unique_fd{ends[1]}};
}

/// Between fork and exec: async-signal-safe calls only. Writes `errno` to `report` if it fails.
[[noreturn]] void become(const char* program, char* const* arguments, pid_t parent, int input,
                         int output, int log, int report) {
  sigset_t none;
  sigemptyset(&none);
  ::setpgid(0, 0);
  // SIGKILL, since a frozen board would not heed anything less.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Ignored signals stay so in what is executed, and a board must heed SIGTERM.
  if (::getppid() == parent && ::signal(SIGPIPE, SIG_DFL) != SIG_ERR
      && ::signal(SIGTERM, SIG_DFL) != SIG_ERR && ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0
      && ::dup2(input, STDIN_FILENO) >= 0 && ::dup2(output, STDOUT_FILENO) >= 0
      && ::dup2(log, STDERR_FILENO) >= 0) {
    ::execv(program, arguments);
  }
  int code = errno;
  [[maybe_unused]] auto written = ::write(report, &code, sizeof(code));
  ::_exit(127);
}

pid_t spawn(const std::string& program, std::vector<std::string> arguments, int input, int output,
            int log) {
  arguments.insert(arguments.begin(), "ledactor");
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (auto& argument : arguments) {
    argv.push_back(argument.data());
  }
  argv.push_back(nullptr);
  auto report = make_pipe();
  auto parent = ::getpid();
  auto pid = ::fork();
  if (pid < 0) {
    throw system_failure("cannot start a process for a board", errno);
  }
  if (pid == 0) {
    become(program.c_str(), argv.data(), parent, input, output, log, report.write.get());
  }
  report.write.reset();
  // The end of this pipe means that exec closed it: the program has started.
  int code = 0;
  if (::read(report.read.get(), &code, sizeof(code)) == sizeof(code)) {
    ::waitpid(pid, nullptr, 0);
    throw system_failure(fmt::format("cannot start {} as a board", program), code);
  }
  return pid;
}

}  // namespace

failure system_failure(const std::string& what, int code) {
  return {exit_unavailable, fmt::format("{}: {}", what, std::strerror(code))};
}

std::string ending::words() const {
  return fmt::format("{} {}", killed ? "killed by signal" : "exit", code);
}

child_board::child_board(std::string name, const std::string& program,
                         const std::vector<std::string>& arguments, std::string log_file,
                         std::string page)
    : name_(std::move(name)), log_file_(std::move(log_file)), page_(std::move(page)) {
  net::unique_fd log{::open(log_file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
  if (!log) {
    throw system_failure("cannot write " + log_file_, errno);
  }
  auto input = make_pipe();
  auto output = make_pipe();
  pid_ = spawn(program, arguments, input.read.get(), output.write.get(), log.get());
  // Not through <sys/pidfd.h>: that of glibc 2.36 cannot be linked from C++.
  process_ = net::unique_fd{static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0))};
  if (!process_) {
    auto code = errno;
    send_signal(SIGKILL);
    reap(0);
    throw system_failure("cannot watch a board's process (Linux 5.3 or later is needed)", code);
  }
  input_ = std::move(input.write);
  output_ = std::move(output.read);
  for (int fd : {input_.get(), output_.get()}) {
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
  }
}

child_board::child_board(child_board&& other) noexcept
    : name_(std::move(other.name_)),
      log_file_(std::move(other.log_file_)),
      page_(std::move(other.page_)),
      input_(std::move(other.input_)),
      output_(std::move(other.output_)),
      process_(std::move(other.process_)),
      pid_(std::exchange(other.pid_, -1)),
      lines_(std::move(other.lines_)),
      ending_(other.ending_) {}

child_board& child_board::operator=(child_board&& other) noexcept {
  std::swap(name_, other.name_);
  std::swap(log_file_, other.log_file_);
  std::swap(page_, other.page_);
  std::swap(input_, other.input_);
  std::swap(output_, other.output_);
  std::swap(process_, other.process_);
  std::swap(pid_, other.pid_);
  std::swap(lines_, other.lines_);
  std::swap(ending_, other.ending_);
  return *this;
}

child_board::~child_board() {
  if (pid_ < 0) {
    return;
  }
  ask_to_end();
  pollfd process{process_.get(), POLLIN, 0};
  auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(grace);
  if (::poll(&process, 1, static_cast<int>(wait.count())) <= 0) {
    send_signal(SIGKILL);
  }
  reap(0);
}

std::string child_board::last_words() const {
  constexpr std::size_t most = 200;
  std::ifstream log{log_file_};
  std::string last;
  for (std::string line; std::getline(log, line);) {
    last = line.empty() ? last : line.substr(0, most);
  }
  return last.empty() ? "nothing" : last;
}

std::optional<clock::time_point> child_board::tell(std::string_view line) {
  auto text = fmt::format("{}\n", line);
  auto begin = clock::now();
  // A line is far shorter than PIPE_BUF, so it is taken whole or not at all.
  if (::write(input_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return std::nullopt;
  }
  return begin;
}

void child_board::receive() {
  if (output_ && lines_.fill(output_.get()) == line_reader::state::end) {
    output_.reset();
  }
}

void child_board::send_signal(int number) noexcept {
  if (pid_ > 0) {
    ::kill(pid_, number);
  }
}

void child_board::ask_to_end() noexcept {
  send_signal(SIGTERM);
  send_signal(SIGCONT);
}

std::optional<ending> child_board::ended() {
  if (pid_ > 0) {
    reap(WNOHANG);
    if (pid_ < 0) {
      process_.reset();
      while (lines_.fill(output_.get()) == line_reader::state::some) {
      }
      output_.reset();
    }
  }
  return ending_;
}

void child_board::reap(int options) noexcept {
  int status = 0;
  pid_t pid = -1;
  do {
    pid = ::waitpid(pid_, &status, options);
  } while (pid < 0 && errno == EINTR);
  if (pid == pid_) {
    auto killed = WIFSIGNALED(status);
    ending_ = ending{killed, killed ? WTERMSIG(status) : WEXITSTATUS(status)};
    pid_ = -1;
  }
}

}  // namespace ledactor::demo
