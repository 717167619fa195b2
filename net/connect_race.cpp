#include "net/connect_race.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <system_error>
#include <utility>

namespace ledactor::net {

namespace {

socket_error error_of(int code) {
  return {code, std::strerror(code)};
}

/// What has become of a connect(2): 0, an error, or EINPROGRESS.
int outcome_of(int fd) {
  pollfd writable{fd, POLLOUT, 0};
  if (::poll(&writable, 1, 0) <= 0) {
    return EINPROGRESS;
  }
  int fault = 0;
  socklen_t size = sizeof(fault);
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &size);
  if (fault == 0 && is_own_peer(fd)) {
    const linger at_once{1, 0};  // a reset: in TIME-WAIT it would keep the port from a server
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    fault = ECONNREFUSED;  // nobody listens there
  }
  return fault;
}

}  // namespace

std::vector<socket_address> interleave(const std::vector<socket_address>& addresses) {
  std::deque<socket_address> same;
  std::deque<socket_address> other;
  for (const auto& a : addresses) {
    const bool is_same = a.storage.ss_family == addresses.front().storage.ss_family;
    (is_same ? same : other).push_back(a);
  }
  std::vector<socket_address> mixed;
  while (mixed.size() < max_attempts && !(same.empty() && other.empty())) {
    auto& from = same.empty() ? other : same;
    mixed.push_back(from.front());
    from.pop_front();
    std::swap(same, other);
  }
  return mixed;
}

connect_race::connect_race(const std::vector<socket_address>& addresses,
                           std::chrono::nanoseconds limit)
    : poll_(::epoll_create1(EPOLL_CLOEXEC)),
      waiting_(addresses.begin(), addresses.end()),
      limit_(limit) {
  if (!poll_) {
    throw std::system_error{errno, std::generic_category(), "epoll_create1"};
  }
}

std::optional<socket_result> connect_race::step(time_point now) {
  auto first = look(now);
  while (!first && !waiting_.empty() && (under_way_.empty() || now >= next_)) {
    first = begin(now);
  }
  if (first) {
    under_way_.clear();
    return socket_result{std::move(first)};
  }
  return under_way_.empty() ? std::optional{socket_result{fault_}} : std::nullopt;
}

/// Looks at the attempts under way. @returns one that has become a connection.
unique_fd connect_race::look(time_point now) {
  for (auto a = under_way_.begin(); a != under_way_.end();) {
    auto outcome = outcome_of(a->socket.get());
    if (outcome == 0) {
      ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, a->socket.get(), nullptr);
      return std::move(a->socket);
    }
    if (outcome == EINPROGRESS && now >= a->until) {
      outcome = ETIMEDOUT;
    }
    if (outcome == EINPROGRESS) {
      ++a;
      continue;
    }
    fault_ = error_of(outcome);
    next_ = now;
    a = under_way_.erase(a);
  }
  return {};
}

/// Begins an attempt. @returns a connection, if it is one at once.
unique_fd connect_race::begin(time_point now) {
  const auto where = waiting_.front();
  waiting_.pop_front();
  unique_fd socket{
      ::socket(where.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP)};
  const bool is_begun =
      socket && (::connect(socket.get(), where.get(), where.size) == 0 || errno == EINPROGRESS);
  epoll_event writable{EPOLLOUT, {}};
  if (!is_begun || ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, socket.get(), &writable) != 0) {
    fault_ = error_of(errno);
    return {};
  }
  under_way_.push_back({std::move(socket), now + limit_});
  next_ = now + attempt_delay;
  return look(now);
}

connect_race::time_point connect_race::due() const {
  auto first = waiting_.empty() ? time_point::max() : next_;
  for (const auto& a : under_way_) {
    first = std::min(first, a.until);
  }
  return first;
}

}  // namespace ledactor::net
