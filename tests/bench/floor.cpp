#include "tests/bench/floor.hpp"

#include <array>
#include <cstring>
#include <poll.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace ledactor::bench {

namespace {

using message = std::array<char, message_size>;

/// Waits with epoll, as CAF does; one call, one descriptor.
class waiter {
public:
  explicit waiter(int fd) : epoll_(check(::epoll_create1(EPOLL_CLOEXEC), "epoll")) {
    epoll_event readable{EPOLLIN, {.fd = fd}};
    check(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &readable), "epoll_ctl");
  }
  bool wait() const {
    epoll_event event;
    return ::epoll_wait(epoll_.get(), &event, 1, -1) == 1;
  }

private:
  unique_fd epoll_;
};

}  // namespace

tcp_floor::tcp_floor()
    : receiver_([this] { return receive_all(); }), sender_([this] { return send_all(); }) {}

int tcp_floor::send_all() const {
  order next;
  while (::read(orders_.read.get(), &next, sizeof(next)) == sizeof(next)) {
    pace when{next.seed};
    message m{};
    const auto send_at = [&](clock::time_point time) {
      std::memcpy(m.data(), &time, sizeof(time));
      return ::send(link_.from.get(), m.data(), m.size(), 0) == message_size;
    };
    for (std::size_t i = 0; i < next.presses; ++i) {
      when.await_press();
      if (!send_at(clock::now())) {
        return EXIT_FAILURE;
      }
      when.await_release();
      if (!send_at({})) {
        return EXIT_FAILURE;
      }
    }
  }
  return EXIT_SUCCESS;
}

// A message without a time is a release: the receiver passes it over.
int tcp_floor::receive_all() const {
  const waiter readable{link_.to.get()};
  message m;
  while (readable.wait() && ::recv(link_.to.get(), m.data(), m.size(), 0) == message_size) {
    const auto now = clock::now();
    clock::time_point sent;
    std::memcpy(&sent, m.data(), sizeof(sent));
    const duration took = now - sent;
    if (sent != clock::time_point{}
        && ::write(results_.write.get(), &took, sizeof(took)) != sizeof(took)) {
      return EXIT_FAILURE;
    }
  }
  return EXIT_SUCCESS;
}

// The results wait in the pipe, so that nobody but the two runs while they are measured.
void tcp_floor::drive(std::size_t presses, std::uint64_t seed, samples& out) {
  const order next{presses, seed};
  if (::write(orders_.write.get(), &next, sizeof(next)) != sizeof(next)) {
    throw std::runtime_error("the floor's sender takes no orders");
  }
  std::this_thread::sleep_for(presses * std::chrono::milliseconds{7});
  for (std::size_t i = 0; i < presses; ++i) {
    pollfd result{results_.read.get(), POLLIN, 0};
    duration took;
    if (::poll(&result, 1, std::chrono::milliseconds{patience}.count()) != 1
        || ::read(result.fd, &took, sizeof(took)) != sizeof(took)) {
      throw std::runtime_error("the floor's receiver gets no message");
    }
    out.push_back(took);
  }
}

pipe_floor::pipe_floor()
    : left_([this] { return press_to_link(); }),
      right_([this] { return link_to_led(); }),
      boards_(input_.write.get(), output_.read.get()) {}

int pipe_floor::press_to_link() const {
  const waiter readable{input_.read.get()};
  std::array<char, 256> line;
  message m{};
  while (readable.wait()) {
    const auto got = ::read(input_.read.get(), line.data(), line.size());
    if (got <= 0) {
      break;
    }
    m[0] = line[0];
    if (::send(link_.from.get(), m.data(), m.size(), 0) != message_size) {
      return EXIT_FAILURE;
    }
  }
  return EXIT_SUCCESS;
}

int pipe_floor::link_to_led() const {
  const waiter readable{link_.to.get()};
  message m;
  while (readable.wait() && ::recv(link_.to.get(), m.data(), m.size(), 0) == message_size) {
    const std::string_view line = m[0] == 'p' ? "led 1 on\n" : "led 1 off\n";
    if (::write(output_.write.get(), line.data(), line.size()) < 0) {
      return EXIT_FAILURE;
    }
  }
  return EXIT_SUCCESS;
}

}  // namespace ledactor::bench
