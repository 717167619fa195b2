#define CAF_SUITE dialer

#include "net/dialer.hpp"

#include "net/resolver.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <condition_variable>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>

using namespace ledactor;
using namespace ledactor::net;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 30s;
constexpr auto short_limit = 500ms;  // for a connection within this machine, however busy

/// Names that this test's own name service knows.
const std::string here = "here.test";  ///< 127.0.0.1
const std::string late = "late.test";  ///< 127.0.0.1, once a test lets it answer
const std::string both = "both.test";  ///< 127.0.0.2, then 127.0.0.1
const std::string none = "none.test";  ///< none

struct {
  std::mutex mutex;
  std::condition_variable changed;
  bool answers = false;
  std::size_t asked = 0;  ///< for the late one

  /// What earlier tests did.
  void forget() {
    const std::lock_guard guard{mutex};
    answers = false;
    asked = 0;
  }

  void wait_until_asked(std::size_t times) {
    std::unique_lock guard{mutex};
    changed.wait_for(guard, limit, [&] { return asked == times; });
  }

  void answer() {
    const std::lock_guard guard{mutex};
    answers = true;
    changed.notify_all();
  }

  /// As the thread that asks.
  void keep_waiting() {
    std::unique_lock guard{mutex};
    ++asked;
    changed.notify_all();
    changed.wait(guard, [&] { return answers; });
  }
} name_service;

}  // namespace

// This stands before glibc's own.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  static auto* in_glibc =
      reinterpret_cast<decltype(::getaddrinfo)*>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  const std::string host = name == nullptr ? "" : name;
  if (!host.ends_with(".test") || (hints->ai_flags & AI_NUMERICHOST) != 0) {
    return in_glibc(name, service, hints, found);
  }
  if (host == none) {
    return EAI_NONAME;
  }
  if (host == late) {
    name_service.keep_waiting();
  }
  if (host != both) {
    return in_glibc("127.0.0.1", service, hints, found);
  }
  in_glibc("127.0.0.2", service, hints, found);
  return in_glibc("127.0.0.1", service, hints, &(*found)->ai_next);
}

namespace {

struct fixture {
  ~fixture() { name_service.answer(); }

  /// Stands in for the loop: remembers what it is to watch.
  watch_function watch() {
    struct watching final : descriptor_watch {
      explicit watching(int& fd) : fd_(fd) {}
      ~watching() override { fd_ = -1; }
      void rearm() override {}
      int& fd_;
    };
    return [this](int fd, const std::function<void()>&) {
      watched = fd;
      return std::make_unique<watching>(watched);
    };
  }

  std::function<void()> teller() {
    return [this] {
      const std::lock_guard guard{mutex};
      has_news = true;
      changed.notify_all();
    };
  }

  /// The result of one attempt.
  socket_result dial(const std::string& host, std::uint16_t port,
                     std::chrono::nanoseconds timeout) {
    dialer d{watch(), teller()};
    d.dial(host, port, timeout);
    return finish(d);
  }

  /// Goes on with an attempt to its end, as the loop does.
  socket_result finish(dialer& d) {
    const auto give_up = std::chrono::steady_clock::now() + limit;
    for (;;) {
      const auto now = std::chrono::steady_clock::now();
      REQUIRE(now < give_up);
      if (auto result = d.go_on(now)) {
        CHECK(!d.go_on(now));
        CHECK_EQ(watched, -1);
        return std::move(*result);
      }
      if (const auto due = d.due()) {
        pollfd over{watched, POLLIN, 0};
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - now);
        ::poll(&over, 1, static_cast<int>(std::max(left, 0ms).count()));
      } else {
        std::unique_lock guard{mutex};
        REQUIRE(changed.wait_for(guard, limit, [this] { return std::exchange(has_news, false); }));
      }
    }
  }

  std::uint16_t port_of(const unique_fd& socket) {
    sockaddr_in where{};
    socklen_t size = sizeof(where);
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&where), &size);
    return ntohs(where.sin_port);
  }

  std::mutex mutex;
  std::condition_variable changed;
  bool has_news = false;
  int watched = -1;  ///< none
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a listening host is connected to, by address and by name") {
  auto listening = listen_on("127.0.0.1", 0);
  REQUIRE(std::holds_alternative<unique_fd>(listening));
  const auto port = port_of(std::get<unique_fd>(listening));
  for (const auto& host : {std::string{"127.0.0.1"}, here, both}) {
    auto result = dial(host, port, limit);
    CHECK(std::holds_alternative<unique_fd>(result));
  }
}

SCENARIO("a port where nobody listens is refused") {
  std::uint16_t port = 0;
  {
    auto listening = listen_on("127.0.0.1", 0);
    port = port_of(std::get<unique_fd>(listening));
  }
  auto result = dial("127.0.0.1", port, limit);
  REQUIRE(std::holds_alternative<socket_error>(result));
  CHECK_EQ(std::get<socket_error>(result).code, ECONNREFUSED);
}

SCENARIO("an attempt that nobody answers ends with its timeout") {
  auto listening = listen_on("127.0.0.1", 0);
  auto& socket = std::get<unique_fd>(listening);
  REQUIRE_EQ(::listen(socket.get(), 0), 0);  // one connection fits; the next is not answered
  const auto port = port_of(socket);
  std::vector<socket_result> taken;
  for (int i = 0; i < 8; ++i) {
    taken.push_back(dial("127.0.0.1", port, 200ms));
    if (std::holds_alternative<socket_error>(taken.back())) {
      break;
    }
  }
  REQUIRE(std::holds_alternative<socket_error>(taken.back()));
  CHECK_EQ(std::get<socket_error>(taken.back()).code, ETIMEDOUT);
}

SCENARIO("a dialer that is dropped during an attempt does not wait for it") {
  auto listening = listen_on("127.0.0.1", 0);
  auto& socket = std::get<unique_fd>(listening);
  REQUIRE_EQ(::listen(socket.get(), 0), 0);
  const auto port = port_of(socket);
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<dialer>> dialers;
  for (int i = 0; i < 8; ++i) {
    dialers.push_back(std::make_unique<dialer>(watch(), teller()));
    dialers.back()->dial("127.0.0.1", port, 1h);
    dialers.back()->go_on(begin);
  }
  dialers.clear();
  CHECK(std::chrono::steady_clock::now() - begin < limit);
}

SCENARIO("a look-up may take longer than a connection, and its answer is used") {
  auto listening = listen_on("127.0.0.1", 0);
  const auto port = port_of(std::get<unique_fd>(listening));
  name_service.forget();
  std::jthread service{[] {
    name_service.wait_until_asked(1);
    std::this_thread::sleep_for(2 * short_limit);
    name_service.answer();
  }};
  CHECK(std::holds_alternative<unique_fd>(dial(late, port, short_limit)));
  CHECK_EQ(name_service.asked, 1u);
}

SCENARIO("a name service that does not answer is asked once, however often one dials") {
  auto listening = listen_on("127.0.0.1", 0);
  const auto port = port_of(std::get<unique_fd>(listening));
  name_service.forget();
  for (int i = 0; i < 5; ++i) {
    dialer d{watch(), teller()};
    d.dial(late, port, limit);
    name_service.wait_until_asked(1);
  }
  // The same name waits for the same answer, and another has to wait for its turn.
  for (const auto& host : {late, here}) {
    const auto found = resolve(host, port, std::chrono::steady_clock::now() + short_limit);
    REQUIRE(std::holds_alternative<socket_error>(found));
    CHECK_EQ(std::get<socket_error>(found).code, ETIMEDOUT);
  }
  CHECK_EQ(name_service.asked, 1u);
  dialer d{watch(), teller()};
  d.dial(late, port, limit);
  CHECK(d.is_looking_up());
  name_service.answer();
  CHECK(std::holds_alternative<unique_fd>(finish(d)));
}

SCENARIO("a name that is not known says so") {
  const auto result = dial(none, 1, limit);
  REQUIRE(std::holds_alternative<socket_error>(result));
  CHECK_EQ(std::get<socket_error>(result).code, EHOSTUNREACH);
  CHECK_EQ(std::get<socket_error>(result).text, ::gai_strerror(EAI_NONAME));
}

SCENARIO("a dialer that dials anew drops the attempt before, and its result") {
  auto first = listen_on("127.0.0.1", 0);
  auto second = listen_on("127.0.0.1", 0);
  const auto port = port_of(std::get<unique_fd>(second));
  dialer d{watch(), teller()};
  d.dial("127.0.0.1", port_of(std::get<unique_fd>(first)), limit);
  d.dial("127.0.0.1", port, limit);
  const auto result = finish(d);
  REQUIRE(std::holds_alternative<unique_fd>(result));
  sockaddr_in where{};
  socklen_t size = sizeof(where);
  ::getpeername(std::get<unique_fd>(result).get(), reinterpret_cast<sockaddr*>(&where), &size);
  CHECK_EQ(ntohs(where.sin_port), port);
}

SCENARIO("an address is told from a name, and a loopback from the rest") {
  CHECK(is_address("127.0.0.1"));
  CHECK(is_address("::1"));
  CHECK(is_address("fe80::1%lo"));
  for (const auto* not_there_yet : {"fe80::1%eth0.100", "fe80::1%fifteen-letters", "fe80::1%99"}) {
    CHECK(is_address(not_there_yet));
  }
  for (const auto* malformed :
       {"fe80::1%", "fe80::1%sixteen-letters-", "fe80::1%a/b", "fe80::1%a b", "fe80::1%a\tb",
        "fe80::1%eth0%eth0", "fe80::1::%eth0", "%eth0", "::1%eth0", "127.0.0.1%eth0"}) {
    CHECK(!is_address(malformed));
  }
  CHECK(!is_address("localhost"));
  CHECK(!is_address("256.0.0.1"));
  for (const auto* here :
       {"localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "127.0.0.0", "127.255.255.255", "127.1",
        "::1", "0:0:0:0:0:0:0:1", "0000:0000:0000:0000:0000:0000:0000:0001", "::ffff:127.0.0.1",
        "::FFFF:7f00:1", "0:0:0:0:0:ffff:7f00:1", "::ffff:127.9.9.9"}) {
    CAF_MESSAGE(here);
    CHECK(is_loopback(here));
  }
  for (const auto* beyond :
       {"0.0.0.0", "::", "192.168.0.2", "fe80::1%lo", "left-desk", "", "128.0.0.1",
        "126.255.255.255", "::2", "::127.0.0.1", "::ffff:128.0.0.1", "::ffff:0.0.0.0",
        "::fffe:127.0.0.1", "64:ff9b::127.0.0.1", "localhost.example", "localhos",
        "127.0.0.1.example"}) {
    CAF_MESSAGE(beyond);
    CHECK(!is_loopback(beyond));
  }
}

SCENARIO("an interface that is not there says so") {
  auto result = listen_on("fe80::1%nowhere0", 0);
  REQUIRE(std::holds_alternative<socket_error>(result));
  CHECK_EQ(std::get<socket_error>(result).code, ENODEV);
}

SCENARIO("a port that is taken says so") {
  auto first = listen_on("127.0.0.1", 0);
  auto second = listen_on("127.0.0.1", port_of(std::get<unique_fd>(first)));
  REQUIRE(std::holds_alternative<socket_error>(second));
  CHECK_EQ(std::get<socket_error>(second).code, EADDRINUSE);
}

END_FIXTURE_SCOPE()
