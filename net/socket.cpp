#include "net/socket.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <memory>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string_view>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ledactor::net {

namespace {

using addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

addresses parse(const std::string& address, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  addrinfo* found = nullptr;
  if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    found = nullptr;
  }
  return {found, &::freeaddrinfo};
}

/// Whether `address` is a link-local one with a scope that an interface may have (IFNAMSIZ, and
/// dev_valid_name() of Linux), whether or not that is there.
bool is_scoped(const std::string& address) {
  const auto percent = std::min(address.find('%'), address.size());
  const auto scope = std::string_view{address}.substr(percent);  // with its %
  in6_addr v6{};
  return ::inet_pton(AF_INET6, address.substr(0, percent).c_str(), &v6) == 1
         && IN6_IS_ADDR_LINKLOCAL(&v6) && scope.size() >= 2 && scope.size() <= IFNAMSIZ
         && scope.find_first_of("/% \t\n\v\f\r", 1) == std::string_view::npos;
}

socket_error last_error() {
  return {errno, std::strerror(errno)};
}

}  // namespace

socket_result listen_on(const std::string& address, std::uint16_t port) {
  const auto where = parse(address, port);
  if (!where) {
    return is_scoped(address) ? socket_error{ENODEV, "no such interface"}
                              : socket_error{EINVAL, "not an IP address"};
  }
  unique_fd socket{
      ::socket(where->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP)};
  const int on = 1;
  if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0
      || ::bind(socket.get(), where->ai_addr, where->ai_addrlen) != 0
      || ::listen(socket.get(), listen_backlog) != 0) {
    return last_error();
  }
  return socket;
}

bool is_address(const std::string& address) {
  return parse(address, 0) != nullptr || is_scoped(address);
}

bool is_loopback(const std::string& host) {
  if (::strcasecmp(host.c_str(), "localhost") == 0) {
    return true;
  }
  const auto where = parse(host, 0);
  if (!where) {
    return false;
  }
  if (where->ai_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, where->ai_addr, sizeof(v4));
    return ntohl(v4.sin_addr.s_addr) >> 24U == IN_LOOPBACKNET;
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, where->ai_addr, sizeof(v6));
  const auto& bytes = v6.sin6_addr.s6_addr;
  return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr)
         || (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) && bytes[12] == IN_LOOPBACKNET);
}

std::size_t max_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(limit.rlim_cur);
}

void keep_alive(int fd, std::chrono::nanoseconds patience) {
  const int seconds = static_cast<int>(
      std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(patience).count()));
  const int limit = 1000 * seconds;  // [ms]
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof(seconds));
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &on, sizeof(on));  // a probe a second
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof(limit));
}

void shutdown_both(int fd) {
  ::shutdown(fd, SHUT_RDWR);
}

void shutdown_write(int fd) {
  ::shutdown(fd, SHUT_WR);
}

}  // namespace ledactor::net
