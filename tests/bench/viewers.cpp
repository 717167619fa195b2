#include "tests/bench/viewers.hpp"

#include "tests/bench/loopback.hpp"
#include "tests/bench/timing.hpp"

#include <array>
#include <cstdlib>
#include <poll.h>
#include <sched.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace ledactor::bench {

namespace {

constexpr std::string_view watch = "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::string_view scrape =
    "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
constexpr std::string_view log =
    "GET /api/log?level=debug HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
constexpr std::chrono::seconds between_scrapes{1};

/// Where a pinned process may not run otherwise, which is all the same if it is the only core.
void move_to_another_core() {
  cpu_set_t others;
  CPU_ZERO(&others);
  const int here = ::sched_getcpu();
  for (int core = 0; core < ::sysconf(_SC_NPROCESSORS_ONLN); ++core) {
    if (core != here) {
      CPU_SET(core, &others);
    }
  }
  if (CPU_COUNT(&others) > 0) {
    ::sched_setaffinity(0, sizeof(others), &others);
  }
}

unique_fd ask(std::uint16_t port, std::string_view request) {
  auto board = connect_to(port);
  check(static_cast<int>(::send(board.get(), request.data(), request.size(), 0)), "send");
  return board;
}

/// @returns whether there was more.
bool read_some(int board) {
  std::array<char, 65536> chunk;
  return ::recv(board, chunk.data(), chunk.size(), 0) > 0;
}

/// Asks, and reads all of the answer.
void ask_and_read(std::uint16_t port, std::string_view request) {
  const auto board = ask(port, request);
  while (read_some(board.get())) {
  }
}

}  // namespace

viewers::viewers(std::vector<std::uint16_t> ports, audience each)
    : process_([&, ports = std::move(ports)] { return look(ports, each, ready_.write.get()); }) {
  ready_.write = {};
  char sign = 0;
  if (::read(ready_.read.get(), &sign, 1) != 1) {
    throw std::runtime_error("the viewers could not look on");
  }
}

int viewers::look(const std::vector<std::uint16_t>& ports, audience each, int ready) {
  move_to_another_core();
  std::vector<unique_fd> streams;
  std::vector<pollfd> readable;
  for (const auto port : ports) {
    for (std::size_t i = 0; i < each.viewers; ++i) {
      streams.push_back(ask(port, watch));
      readable.push_back({streams.back().get(), POLLIN, 0});
      if (!read_some(streams.back().get())) {
        return EXIT_FAILURE;
      }
    }
  }
  check(static_cast<int>(::write(ready, "r", 1)), "write");
  auto next_scrape = clock::now();
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_scrape - clock::now());
    const auto wait = std::max(left, std::chrono::milliseconds{0}).count();
    ::poll(readable.data(), readable.size(), each.is_scraped ? static_cast<int>(wait) : -1);
    for (const auto& stream : readable) {
      if (stream.revents != 0 && !read_some(stream.fd)) {
        return EXIT_FAILURE;
      }
    }
    if (each.is_scraped && clock::now() >= next_scrape) {
      next_scrape += between_scrapes;
      for (const auto port : ports) {
        ask_and_read(port, scrape);
      }
    }
  }
}

std::vector<child> read_log(std::uint16_t port, std::size_t readers) {
  std::vector<child> all;
  for (std::size_t i = 0; i < readers; ++i) {
    all.emplace_back([port] {
      move_to_another_core();
      for (;;) {
        ask_and_read(port, log);
      }
      return EXIT_FAILURE;
    });
  }
  return all;
}

}  // namespace ledactor::bench
