#include "tests/bench/board_process.hpp"

#include "tests/bench/loopback.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>

namespace ledactor::bench {

namespace {

constexpr std::chrono::microseconds between_attempts{250};

/// In the child. The last thing before exec is to say when it comes.
int become(const std::vector<std::string>& words, int input, int output, const std::string& log,
           int began) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const auto& word : words) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  const int log_fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (::setpgid(0, 0) == 0 && log_fd >= 0 && ::dup2(input, STDIN_FILENO) >= 0
      && ::dup2(output, STDOUT_FILENO) >= 0 && ::dup2(log_fd, STDERR_FILENO) >= 0) {
    const auto now = clock::now();
    if (::write(began, &now, sizeof(now)) == sizeof(now)) {
      ::execv(arguments[0], arguments.data());
    }
  }
  return EXIT_FAILURE;
}

}  // namespace

board_process::board_process(const std::string& program, const std::string& role,
                             std::uint16_t port, const std::string& log_file,
                             const std::vector<std::string>& more)
    : role_(role), process_([&] {
        std::vector<std::string> words{program,
                                       "--config-file=/dev/null",
                                       "--role=" + role,
                                       "--name=" + role,
                                       "--board=sim",
                                       "--host=127.0.0.1",
                                       fmt::format("--port={}", port),
                                       "--ledactor.board.debounce=0ms"};
        words.insert(words.end(), more.begin(), more.end());
        return become(words, input_.read.get(), output_.write.get(), log_file, began_.write.get());
      }) {
  input_.read = {};
  output_.write = {};
  began_.write = {};
  if (::read(began_.read.get(), &exec_, sizeof(exec_)) != sizeof(exec_)) {
    throw std::runtime_error(program + ": cannot be started");
  }
}

duration board_process::await_listening(std::uint16_t port) const {
  while (clock::now() < exec_ + patience) {
    if (try_connect(port).get() >= 0) {
      return clock::now() - exec_;
    }
    std::this_thread::sleep_for(between_attempts);
  }
  throw std::runtime_error(fmt::format("the {} does not listen", role_));
}

void board_process::stop() {
  if (!process_.stop()) {
    throw std::runtime_error(fmt::format("the {} did not end with status 0", role_));
  }
}

}  // namespace ledactor::bench
