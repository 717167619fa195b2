#include "hw/sim_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <iterator>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace ledactor::hw {

namespace {

mode_t type_of(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

/// A pipe or a terminal opened anew can be made not to block, and nobody else who has `fd` is
/// affected. A terminal takes a part of a line and blocks for the rest, whatever poll(2) says.
int open_anew(int fd) {
  return type_of(fd) == S_IFIFO || ::isatty(fd) == 1
             ? ::open(fmt::format("/proc/self/fd/{}", fd).c_str(),
                      O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
             : -1;
}

}  // namespace

sim_output::sim_output(int fd, std::function<void(const std::string&)> complain)
    : opened_(open_anew(fd)),
      fd_(opened_ < 0 ? fd : opened_),
      is_socket_(type_of(fd) == S_IFSOCK),
      complain_(std::move(complain)) {}

sim_output::~sim_output() {
  if (opened_ >= 0) {
    ::close(opened_);
  }
}

bool sim_output::show_leds(level_set lit) {
  lit_ = lit;
  append_changes();
  return write_backlog();
}

bool sim_output::list_leds(std::size_t count) {
  for (std::size_t led = 0; led < count && backlog_.size() < max_output_backlog; ++led) {
    append_led(led);
  }
  return write_backlog();
}

bool sim_output::say(std::string_view line) {
  if (backlog_.size() < max_news_backlog) {
    backlog_.append(line).push_back('\n');
  }
  return write_backlog();
}

bool sim_output::drain() {
  if (!write_backlog()) {
    return false;
  }
  append_changes();  // what the full backlog had no room for
  return write_backlog();
}

void sim_output::append_changes() {
  for (auto changed = lit_ ^ printed_; changed != 0 && backlog_.size() < max_output_backlog;
       changed &= changed - 1) {
    append_led(static_cast<std::size_t>(std::countr_zero(changed)));
  }
}

void sim_output::append_led(std::size_t led) {
  const auto bit = level_set{1} << led;
  fmt::format_to(std::back_inserter(backlog_), "led {} {}\n", led + 1,
                 (lit_ & bit) != 0 ? "on" : "off");
  printed_ = (printed_ & ~bit) | (lit_ & bit);
}

bool sim_output::write_backlog() {
  while (!backlog_.empty()) {
    pollfd writable{fd_, POLLOUT, 0};
    if (opened_ < 0 && !is_socket_ && ::poll(&writable, 1, 0) == 0) {
      return false;
    }
    // A pipe that polls as writable takes PIPE_BUF bytes without blocking (pipe(7)).
    const auto size = std::min<std::size_t>(backlog_.size(), PIPE_BUF);
    const auto taken = is_socket_ ? ::send(fd_, backlog_.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL)
                                  : ::write(fd_, backlog_.data(), size);
    if (taken > 0) {
      loses_ = false;
      backlog_.erase(0, static_cast<std::size_t>(taken));
    } else if (errno == EAGAIN) {
      return false;
    } else if (errno != EINTR) {
      if (const int fault = errno; !std::exchange(loses_, true) && fault != EPIPE) {
        complain_(
            fmt::format("stdout: {}; lines are lost", std::generic_category().message(fault)));
      }
      backlog_.clear();  // nobody reads any more: the board goes on without a listener
    }
  }
  return true;
}

}  // namespace ledactor::hw
