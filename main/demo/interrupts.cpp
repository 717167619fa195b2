#include "main/demo/interrupts.hpp"

#include "main/demo/failure.hpp"
#include "main/signals.hpp"

#include <cerrno>
#include <sys/signalfd.h>
#include <unistd.h>

namespace ledactor::demo {

interrupts::interrupts(std::initializer_list<int> besides) {
  auto set = ending_signals();
  for (int number : besides) {
    if (!is_ignored(number)) {
      sigaddset(&set, number);
    }
  }
  fd_ = net::unique_fd{::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
  if (!fd_) {
    throw system_failure("cannot read signals", errno);
  }
  ::sigprocmask(SIG_BLOCK, &set, &before_);
}

interrupts::~interrupts() {
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> interrupts::next() {
  signalfd_siginfo info;
  if (::read(fd_.get(), &info, sizeof(info)) != sizeof(info)) {
    return std::nullopt;
  }
  return static_cast<int>(info.ssi_signo);
}

}  // namespace ledactor::demo
