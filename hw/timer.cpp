#include "hw/timer.hpp"

#include <cerrno>
#include <sys/timerfd.h>
#include <system_error>
#include <unistd.h>

namespace ledactor::hw {

timer::timer() : fd_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  if (fd_ < 0) {
    throw std::system_error(errno, std::generic_category(), "timerfd_create");
  }
}

timer::~timer() {
  ::close(fd_);
}

void timer::set(std::optional<timestamp> when) {
  if (when == set_) {
    return;
  }
  set_ = when;
  itimerspec moment{};  // all zero: never
  if (when) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(*when);
    moment.it_value = {static_cast<time_t>(seconds.count()),
                       static_cast<long>((*when - seconds).count())};
  }
  ::timerfd_settime(fd_, TFD_TIMER_ABSTIME, &moment, nullptr);
}

}  // namespace ledactor::hw
