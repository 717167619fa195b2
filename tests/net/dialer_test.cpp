#define CAF_SUITE dialer

#include "net/dialer.hpp"

#include "net/resolver.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <algorithm>
#include <condition_variable>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace ledactor::net;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 30s;

/// A host whose look-ups the name service leaves unanswered for as long as a test wants.
const std::string mute = "mute.test";

/// A name of this machine, which the name service knows even where /etc/hosts is missing.
const std::string here = "here.test";

struct {
  std::mutex mutex;
  std::vector<gaicb*> pending;
  std::size_t asked = 0;

  bool has(const gaicb* request) {
    const std::lock_guard guard{mutex};
    return std::find(pending.begin(), pending.end(), request) != pending.end();
  }

  void answer_all() {
    const std::lock_guard guard{mutex};
    for (auto* request : std::exchange(pending, {})) {
      request->__return = EAI_AGAIN;
    }
  }
} mute_service;

/// The function of that name in glibc, behind those below.
template <class Function>
Function* in_glibc(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// These stand before glibc's own, and know its insides (resolv/gai_misc.h) for the mute host alone.

extern "C" int getaddrinfo_a(int mode, gaicb** list, int count, sigevent* event) {
  if (list[0]->ar_name == here && (list[0]->ar_request->ai_flags & AI_NUMERICHOST) == 0) {
    list[0]->ar_name = "127.0.0.1";
  }
  if (list[0]->ar_name == mute) {
    const std::lock_guard guard{mute_service.mutex};
    list[0]->__return = EAI_INPROGRESS;
    mute_service.pending.push_back(list[0]);
    ++mute_service.asked;
    return 0;
  }
  return in_glibc<decltype(getaddrinfo_a)>("getaddrinfo_a")(mode, list, count, event);
}

extern "C" int gai_suspend(const gaicb* const* list, int count, const timespec* timeout) {
  if (mute_service.has(list[0])) {
    ::nanosleep(timeout, nullptr);
    return EAI_AGAIN;
  }
  return in_glibc<decltype(gai_suspend)>("gai_suspend")(list, count, timeout);
}

extern "C" int gai_cancel(gaicb* request) noexcept {
  return mute_service.has(request) ? EAI_NOTCANCELED
                                   : in_glibc<decltype(gai_cancel)>("gai_cancel")(request);
}

namespace {

struct fixture {
  ~fixture() { mute_service.answer_all(); }

  /// The result of one attempt.
  socket_result dial(const std::string& host, std::uint16_t port,
                     std::chrono::nanoseconds timeout) {
    dialer d{[this] {
      const std::lock_guard guard{mutex};
      done = true;
      changed.notify_all();
    }};
    d.dial(host, port, timeout);
    {
      std::unique_lock guard{mutex};
      CHECK(changed.wait_for(guard, limit, [this] { return std::exchange(done, false); }));
    }
    auto result = d.take();
    CHECK(!d.take());
    REQUIRE(result.has_value());
    return std::move(*result);
  }

  std::uint16_t port_of(const unique_fd& socket) {
    sockaddr_in where{};
    socklen_t size = sizeof(where);
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&where), &size);
    return ntohs(where.sin_port);
  }

  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a listening host is connected to, by address and by name") {
  auto listening = listen_on("127.0.0.1", 0);
  REQUIRE(std::holds_alternative<unique_fd>(listening));
  const auto port = port_of(std::get<unique_fd>(listening));
  for (const auto& host : {std::string{"127.0.0.1"}, here}) {
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
    dialers.push_back(std::make_unique<dialer>([] {}));
    dialers.back()->dial("127.0.0.1", port, 1h);
  }
  dialers.clear();
  CHECK(std::chrono::steady_clock::now() - begin < limit);
}

SCENARIO("a name service that does not answer is asked by few look-ups at a time") {
  for (std::size_t i = 0; i < max_lost_lookups + 3; ++i) {
    auto result = dial(mute, 1, 1ms);
    REQUIRE(std::holds_alternative<socket_error>(result));
    CHECK_EQ(std::get<socket_error>(result).code, ETIMEDOUT);
  }
  CHECK_EQ(mute_service.asked, max_lost_lookups);
  mute_service.answer_all();
  dial(mute, 1, 1ms);
  CHECK_EQ(mute_service.asked, max_lost_lookups + 1);
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
