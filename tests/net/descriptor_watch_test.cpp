#define CAF_SUITE descriptor_watch

#include "net/descriptor_watch.hpp"

#include "hw/wakeup.hpp"

#include <caf/io/middleman.hpp>
#include <caf/test/bdd_dsl.hpp>

#include <atomic>
#include <future>
#include <optional>
#include <poll.h>
#include <thread>
#include <unistd.h>

using namespace ledactor;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 30s;

struct settings : caf::actor_system_config {
  settings() { load<caf::io::middleman>(); }
};

/// A loop that watches one descriptor, as in the program.
struct fixture {
  caf::io::network::default_multiplexer& loop() {
    return dynamic_cast<caf::io::network::default_multiplexer&>(system->middleman().backend());
  }

  void start(int fd) {
    watch = net::watch_on(loop())(fd, [this] {
      is_on_loop = is_on_loop && std::this_thread::get_id() == loop().thread_id();
      ++calls;
      calls.notify_all();
    });
  }

  /// Waits until all that the loop was asked for before is done, and it has looked once more.
  void let_loop_turn() {
    for (int i = 0; i < 3; ++i) {
      std::promise<std::size_t> done;
      loop().post([&] { done.set_value(loop().num_socket_handlers()); });
      auto turned = done.get_future();
      REQUIRE(turned.wait_for(limit) == std::future_status::ready);
      handlers = turned.get();
    }
  }

  void wait_for_calls(int count) {
    for (int now = calls; now < count; now = calls) {
      calls.wait(now);
    }
  }

  settings config;
  std::optional<caf::actor_system> system{config};
  hw::wakeup event;
  std::atomic<int> calls = 0;
  std::atomic<bool> is_on_loop = true;  ///< each call
  std::size_t handlers = 0;             ///< in the loop
  std::unique_ptr<descriptor_watch> watch;
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("the owner is called once, and once more after each rearm") {
  start(event.fd());
  let_loop_turn();
  CHECK_EQ(calls, 0);
  event.notify();
  for (int call = 1; call < 5; ++call) {
    wait_for_calls(call);
    let_loop_turn();
    CHECK_EQ(calls, call);
    watch->rearm();  // it is readable all the time
  }
  wait_for_calls(5);
  event.clear();
  watch->rearm();
  let_loop_turn();
  CHECK_EQ(calls, 5);
  event.notify();
  wait_for_calls(6);
  CHECK(is_on_loop);
}

SCENARIO("a watch that has ended calls nobody, and keeps neither descriptor nor loop") {
  let_loop_turn();
  const auto before = handlers;
  int ends[2];
  REQUIRE_EQ(::pipe(ends), 0);
  const char byte = 0;
  for (const bool is_readable : {false, true}) {
    start(ends[0]);
    let_loop_turn();
    CHECK_EQ(handlers, before + 1);
    if (is_readable) {
      CHECK_EQ(::write(ends[1], &byte, 1), 1);
      wait_for_calls(1);
      let_loop_turn();  // which takes it out
    }
    watch.reset();
    let_loop_turn();
    CHECK_EQ(handlers, before);
  }
  loop().post([&] {  // within one turn
    start(ends[0]);
    watch.reset();
  });
  let_loop_turn();
  ::close(ends[0]);
  const auto called = calls.load();
  pollfd other{ends[1], POLLOUT, 0};
  CHECK_EQ(::poll(&other, 1, 0), 1);
  CHECK((other.revents & POLLERR) != 0);  // nobody has the other end any more
  ::close(ends[1]);
  CHECK_EQ(calls, called);
}

SCENARIO("a watch may end on any thread while its descriptor is readable, and so may the loop") {
  event.notify();
  for (int i = 0; i < 1000; ++i) {
    start(event.fd());
    if (i % 2 == 0) {
      watch->rearm();
    }
    if (i % 3 == 0) {
      loop().post([this] { watch.reset(); });
      let_loop_turn();
    }
    watch.reset();
  }
  const auto called = calls.load();
  let_loop_turn();
  system.reset();  // would not return if one were left in the loop
  CHECK(called <= calls);
}

END_FIXTURE_SCOPE()
