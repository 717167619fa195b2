#include "tests/bench/line_channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <sys/epoll.h>

namespace ledactor::bench {

namespace {

/// How long after a flood a line that nobody asked for may still come.
constexpr std::chrono::milliseconds aftermath{100};

constexpr std::chrono::milliseconds patience_ms{patience};

}  // namespace

line_channel::line_channel(int input, int output)
    : input_(input), output_(output), epoll_(check(::epoll_create1(EPOLL_CLOEXEC), "epoll")) {
  for (const int fd : {input_, output_}) {
    check(::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK), "fcntl");
  }
  epoll_event readable{EPOLLIN, {.fd = output_}};
  check(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, output_, &readable), "epoll_ctl");
}

clock::time_point line_channel::tell(std::string_view line) const {
  const auto begin = clock::now();
  if (::write(input_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    throw std::runtime_error("a process does not take its stdin");
  }
  return begin;
}

clock::time_point line_channel::wait_for(std::string_view line) {
  for (;;) {
    while (unread_.find('\n') == std::string::npos) {
      read_more();
    }
    const auto now = clock::now();
    if (next_line() == line) {
      return now;
    }
  }
}

std::string line_channel::wait_for_prefix(std::string_view prefix) {
  for (;;) {
    auto line = next_line();
    if (line.starts_with(prefix)) {
      return line;
    }
  }
}

std::string line_channel::next_line() {
  auto end = unread_.find('\n');
  while (end == std::string::npos) {
    read_more();
    end = unread_.find('\n');
  }
  auto line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  return line;
}

void line_channel::read_more() {
  epoll_event event;
  if (::epoll_wait(epoll_.get(), &event, 1, static_cast<int>(patience_ms.count())) != 1) {
    throw std::runtime_error("a process prints nothing, though it should");
  }
  std::array<char, 65'536> chunk;
  const auto got = ::read(output_, chunk.data(), chunk.size());
  if (got <= 0) {
    throw std::runtime_error("a process has closed its stdout");
  }
  unread_.append(chunk.data(), static_cast<std::size_t>(got));
}

bool line_channel::is_ready(int fd, short events, std::chrono::milliseconds limit) const {
  pollfd one{fd, events, 0};
  return ::poll(&one, 1, static_cast<int>(limit.count())) == 1;
}

duration line_channel::flood(std::size_t changes) {
  std::string commands;
  std::string expected;
  for (std::size_t i = 0; i < changes; i += 2) {
    commands += "press 1\nrelease 1\n";
    expected += "led 1 on\nled 1 off\n";
  }
  const auto begin = clock::now();
  std::string_view unsent = commands;
  while (unread_.size() < expected.size()) {
    std::array<pollfd, 2> ready{{{output_, POLLIN, 0}, {unsent.empty() ? -1 : input_, POLLOUT, 0}}};
    if (::poll(ready.data(), ready.size(), static_cast<int>(patience_ms.count())) <= 0) {
      throw std::runtime_error(fmt::format("{} changes were made and {} seen", changes,
                                           std::count(unread_.begin(), unread_.end(), '\n')));
    }
    if ((ready[1].revents & POLLOUT) != 0) {
      const auto taken = ::write(input_, unsent.data(), unsent.size());
      unsent.remove_prefix(taken > 0 ? static_cast<std::size_t>(taken) : 0);
    }
    if (ready[0].revents != 0) {
      read_more();
    }
  }
  const auto end = clock::now();
  if (unread_ != expected || is_ready(output_, POLLIN, aftermath)) {
    throw std::runtime_error(fmt::format("not the {} changes that were made were seen", changes));
  }
  unread_.clear();
  return end - begin;
}

}  // namespace ledactor::bench
