#define CAF_SUITE connect_race

#include "net/connect_race.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <cerrno>
#include <cstring>
#include <deque>
#include <dlfcn.h>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>

using namespace ledactor::net;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 2s;

/// Gives each socket the port that it dials, as the kernel does once in a while.
bool dials_itself = false;

}  // namespace

// This stands before glibc's own.
extern "C" int connect(int fd, const sockaddr* address, socklen_t size) {
  if (dials_itself) {
    static_cast<void>(::bind(fd, address, size));
  }
  static auto* in_glibc = reinterpret_cast<decltype(::connect)*>(::dlsym(RTLD_NEXT, "connect"));
  return in_glibc(fd, address, size);
}

namespace {

constexpr connect_race::time_point start{1h};

socket_address v4(std::uint32_t host, std::uint16_t port = 1) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(host);
  in.sin_port = htons(port);
  socket_address address;
  address.size = sizeof(in);
  std::memcpy(&address.storage, &in, sizeof(in));
  return address;
}

socket_address v6(std::uint8_t last) {
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_addr.s6_addr[15] = last;
  socket_address address;
  address.size = sizeof(in);
  std::memcpy(&address.storage, &in, sizeof(in));
  return address;
}

/// Such as "6:1 4:2": family and last byte.
std::string told(const std::vector<socket_address>& addresses) {
  std::string text;
  for (const auto& a : addresses) {
    const auto is_v4 = a.storage.ss_family == AF_INET;
    const auto last = reinterpret_cast<const std::uint8_t*>(&a.storage)[is_v4 ? 7 : 23];
    text += (text.empty() ? "" : " ") + std::string{is_v4 ? "4:" : "6:"} + std::to_string(last);
  }
  return text;
}

struct fixture {
  /// An address that connections are taken at.
  socket_address listening() {
    sockets.push_back(std::get<unique_fd>(listen_on("127.0.0.1", 0)));
    return *local_end(sockets.back().get());
  }

  /// One that answers nobody: the kernel drops what comes when its backlog is full.
  socket_address mute() {
    const auto address = listening();
    ::listen(sockets.back().get(), 0);
    for (int i = 0; i < 2; ++i) {
      unique_fd& filler = sockets.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      static_cast<void>(::connect(filler.get(), address.get(), address.size));
    }
    return address;
  }

  /// Steps until the kernel has dealt with what is under way: on a busy machine, it may take a
  /// while.
  static std::optional<socket_result> settle(connect_race& race, connect_race::time_point now) {
    for (;;) {
      auto outcome = race.step(now);
      pollfd over{race.fd(), POLLIN, 0};
      if (outcome || ::poll(&over, 1, -1) < 0) {
        return outcome;
      }
    }
  }

  /// One where nobody listens.
  static socket_address closed() { return v4(INADDR_LOOPBACK, 1); }

  /// Where a connection leads to.
  static std::string peer_of(const std::optional<socket_result>& result) {
    REQUIRE(result.has_value());
    REQUIRE(std::holds_alternative<unique_fd>(*result));
    return text_of(*peer_end(std::get<unique_fd>(*result).get()));
  }

  static std::string text_of(const socket_address& a) {
    return {reinterpret_cast<const char*>(&a.storage), a.size};
  }

  static int fault_of(const std::optional<socket_result>& result) {
    REQUIRE(result.has_value());
    REQUIRE(std::holds_alternative<socket_error>(*result));
    return std::get<socket_error>(*result).code;
  }

  std::deque<unique_fd> sockets;
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("the families take turns, beginning with the first address") {
  CHECK_EQ(told(interleave({v6(1), v6(2), v6(3), v4(1), v4(2)})), "6:1 4:1 6:2 4:2 6:3");
  CHECK_EQ(told(interleave({v4(1), v4(2), v6(1)})), "4:1 6:1 4:2");
  CHECK_EQ(told(interleave({v4(1)})), "4:1");
  CHECK_EQ(told(interleave({})), "");
}

SCENARIO("of many addresses a few are tried, of both families") {
  std::vector<socket_address> many(1000, v6(1));
  many.push_back(v4(2));
  const auto some = interleave(many);
  CHECK_EQ(some.size(), max_attempts);
  CHECK_EQ(told(some).substr(0, 7), "6:1 4:2");
}

SCENARIO("an address that does not answer holds up the next one for a moment only") {
  const auto good = listening();
  connect_race race{{mute(), good}, limit};
  CHECK(!race.step(start));
  CHECK(race.due() == start + attempt_delay);
  CHECK(!race.step(start + attempt_delay - 1ns));
  CHECK_EQ(race.under_way(), 1u);
  CHECK_EQ(peer_of(settle(race, start + attempt_delay)), text_of(good));
}

SCENARIO("after an address that fails the next one is tried at once") {
  const auto good = listening();
  connect_race race{{closed(), closed(), good}, limit};
  CHECK_EQ(peer_of(settle(race, start)), text_of(good));
}

SCENARIO("an attempt that another has overtaken is dropped") {
  const auto slow = mute();
  connect_race race{{slow, listening()}, limit};
  CHECK(!race.step(start));
  const auto won = settle(race, start + attempt_delay);
  CHECK(won.has_value());
  CHECK_EQ(race.under_way(), 0u);
}

SCENARIO("attempts that nobody answers end with their own time") {
  connect_race race{{mute(), mute()}, limit};
  CHECK(!race.step(start));
  CHECK(!race.step(start + attempt_delay));
  CHECK_EQ(race.under_way(), 2u);
  CHECK(race.due() == start + limit);
  CHECK(!race.step(start + limit));
  CHECK_EQ(race.under_way(), 1u);
  CHECK(race.due() == start + attempt_delay + limit);
  CHECK_EQ(fault_of(race.step(start + attempt_delay + limit)), ETIMEDOUT);
}

SCENARIO("a host whose addresses all refuse is told so, and one without any, too") {
  connect_race race{{closed(), closed()}, limit};
  CHECK_EQ(fault_of(settle(race, start)), ECONNREFUSED);
  connect_race none{{}, limit};
  CHECK_EQ(fault_of(none.step(start)), EHOSTUNREACH);
}

SCENARIO("a connection to oneself is a refusal, and leaves the port free") {
  const auto here = listening();
  sockets.clear();
  dials_itself = true;
  connect_race race{{here}, limit};
  const auto outcome = settle(race, start);
  dials_itself = false;
  CHECK_EQ(fault_of(outcome), ECONNREFUSED);
  const unique_fd later{::socket(AF_INET, SOCK_STREAM, 0)};
  CHECK_EQ(::bind(later.get(), here.get(), here.size), 0);
}

END_FIXTURE_SCOPE()
