#include "net/dialer.hpp"

#include "net/resolver.hpp"

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <utility>

namespace ledactor::net {

namespace {

socket_result connect_to(const addrinfo& where, const std::stop_token& stop, deadline until) {
  unique_fd socket{
      ::socket(where.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP)};
  if (!socket) {
    return socket_error{errno, std::strerror(errno)};
  }
  int fault = ::connect(socket.get(), where.ai_addr, where.ai_addrlen) == 0 ? 0 : errno;
  if (fault == EINPROGRESS) {
    pollfd writable{socket.get(), POLLOUT, 0};
    fault = ETIMEDOUT;
    while (fault == ETIMEDOUT && !is_over(stop, until)) {
      if (::poll(&writable, 1, static_cast<int>(stop_latency.count())) > 0) {
        socklen_t size = sizeof(fault);
        ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &fault, &size);
        break;
      }
    }
  }
  if (fault != 0) {
    return socket_error{fault, std::strerror(fault)};
  }
  return socket;
}

socket_result attempt(const std::string& host, std::uint16_t port, const std::stop_token& stop,
                      deadline until) {
  auto found = resolve(host, port, stop, until);
  if (auto* fault = std::get_if<socket_error>(&found)) {
    return std::move(*fault);
  }
  socket_result result = socket_error{EHOSTUNREACH, "no address"};
  const auto& addresses = std::get<address_list>(found);
  for (const auto* where = addresses.get(); where != nullptr; where = where->ai_next) {
    result = connect_to(*where, stop, until);
    if (std::holds_alternative<unique_fd>(result)) {
      break;
    }
  }
  return result;
}

}  // namespace

void dialer::dial(const std::string& host, std::uint16_t port, std::chrono::nanoseconds timeout) {
  const auto until = std::chrono::steady_clock::now() + timeout;
  thread_ = std::jthread{[this, host, port, until](const std::stop_token& stop) {
    auto result = attempt(host, port, stop, until);
    if (!stop.stop_requested()) {
      finish(std::move(result));
    }
  }};
}

void dialer::finish(socket_result result) {
  {
    const std::lock_guard guard{mutex_};
    result_ = std::move(result);
  }
  done_();
}

std::optional<socket_result> dialer::take() {
  const std::lock_guard guard{mutex_};
  return std::exchange(result_, std::nullopt);
}

}  // namespace ledactor::net
