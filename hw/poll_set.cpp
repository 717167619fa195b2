#include "hw/poll_set.hpp"

#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <system_error>
#include <unistd.h>

namespace ledactor::hw {

namespace {

/// Most that one call tells of: more than any board waits for.
constexpr int max_ready = 8;

}  // namespace

poll_set::poll_set() : fd_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (fd_ < 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_create1");
  }
}

poll_set::~poll_set() {
  ::close(fd_);
}

bool poll_set::add(int fd, std::uint32_t events, std::uint32_t tag) const {
  epoll_event wanted{};
  wanted.events = events;
  wanted.data.u32 = tag;
  if (::epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &wanted) == 0) {
    return true;
  }
  if (errno != EPERM) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
  return false;
}

void poll_set::remove(int fd) const {
  ::epoll_ctl(fd_, EPOLL_CTL_DEL, fd, nullptr);
}

std::uint32_t poll_set::ready() const {
  std::array<epoll_event, max_ready> events;
  const auto count = ::epoll_wait(fd_, events.data(), max_ready, 0);
  std::uint32_t tags = 0;
  for (int i = 0; i < count; ++i) {
    tags |= events[static_cast<std::size_t>(i)].data.u32;
  }
  return tags;
}

}  // namespace ledactor::hw
