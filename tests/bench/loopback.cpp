#include "tests/bench/loopback.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>

namespace ledactor::bench {

namespace {

/// 127.0.0.1 with a port, in the form that sockets want; port 0: any.
struct address {
  explicit address(std::uint16_t port) {
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(port);
  }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&where); }

  sockaddr_in where{};
  socklen_t size = sizeof(where);
};

unique_fd tcp_socket() {
  return unique_fd{check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
}

/// Binds a socket to any free port.
std::uint16_t bind_any(const unique_fd& socket) {
  address any{0};
  check(::bind(socket.get(), any.get(), any.size), "bind");
  check(::getsockname(socket.get(), any.get(), &any.size), "getsockname");
  return ntohs(any.where.sin_port);
}

void set_no_delay(const unique_fd& socket) {
  const int on = 1;
  check(::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), "setsockopt");
}

}  // namespace

std::uint16_t free_port() {
  return bind_any(tcp_socket());
}

unique_fd try_connect(std::uint16_t port) {
  auto socket = tcp_socket();
  address server{port};
  return ::connect(socket.get(), server.get(), server.size) == 0 ? std::move(socket) : unique_fd{};
}

unique_fd connect_to(std::uint16_t port) {
  auto socket = try_connect(port);
  if (socket.get() < 0) {
    throw std::runtime_error("nobody listens on port " + std::to_string(port));
  }
  return socket;
}

tcp_pair::tcp_pair() {
  const auto listener = tcp_socket();
  const auto port = bind_any(listener);
  check(::listen(listener.get(), 1), "listen");
  from = connect_to(port);
  to = unique_fd{check(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept")};
  set_no_delay(from);
  set_no_delay(to);
}

}  // namespace ledactor::bench
