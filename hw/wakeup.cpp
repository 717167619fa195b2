#include "hw/wakeup.hpp"

#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace ledactor::hw {

wakeup::wakeup() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) {
    throw std::system_error(errno, std::generic_category(), "eventfd");
  }
}

wakeup::~wakeup() {
  ::close(fd_);
}

void wakeup::notify() const {
  const std::uint64_t one = 1;
  // It can only fail when the counter is full, and then the descriptor is readable anyway.
  [[maybe_unused]] auto written = ::write(fd_, &one, sizeof(one));
}

void wakeup::clear() const {
  std::uint64_t count = 0;
  [[maybe_unused]] auto got = ::read(fd_, &count, sizeof(count));
}

}  // namespace ledactor::hw
