#include "tests/bench/metrics.hpp"

#include "tests/bench/loopback.hpp"
#include "tests/bench/timing.hpp"

#include <array>
#include <poll.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>

namespace ledactor::bench {

namespace {

constexpr std::string_view request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::string answer_of(std::uint16_t port) {
  const auto server = connect_to(port);
  check(static_cast<int>(::send(server.get(), request.data(), request.size(), 0)), "send");
  std::string answer;
  std::array<char, 4096> chunk;
  pollfd readable{server.get(), POLLIN, 0};
  while (::poll(&readable, 1, std::chrono::milliseconds{patience}.count()) == 1) {
    const auto got = ::recv(server.get(), chunk.data(), chunk.size(), 0);
    if (got <= 0) {
      break;  // CAF closes the connection after its answer
    }
    answer.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return answer;
}

}  // namespace

double metric_of(std::uint16_t port, const std::string& name) {
  const auto answer = answer_of(port);
  const auto line = answer.find('\n' + name + ' ');
  if (line == std::string::npos) {
    throw std::runtime_error("no metric " + name);
  }
  return std::stod(answer.substr(line + name.size() + 2));
}

}  // namespace ledactor::bench
