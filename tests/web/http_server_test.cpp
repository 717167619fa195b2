#define CAF_SUITE http_server

#include "web/http_server.hpp"

#include "tests/web/api_fixture.hpp"
#include "web/http_client.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>

using namespace ledactor;
using namespace ledactor::web;

namespace {

/// A server on this machine, and what it answers. `tests/process` has the rest of what it does.
struct fixture : test::api_fixture {
  ~fixture() {
    view->on_change([] {});
  }

  void serve() {
    server->serve(make(), view);
    view->on_change([this] { server->wake_viewers(); });
  }

  unsigned status_of(const std::string& method, const std::string& target) {
    const auto got = ask({"127.0.0.1", server->port(), {}}, method, target);
    const auto* told = std::get_if<reply>(&got);
    return told == nullptr ? 0 : told->status;
  }

  /// As the actors' watcher does; ends before the server.
  void end() {
    view->on_change([] {});
    server.reset();
  }

  std::unique_ptr<http_server> server = std::make_unique<http_server>("127.0.0.1", 0);
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a server that was never told what to answer can end, and be woken before") {
  server->wake_viewers();
  CHECK(server->port() != 0);
  end();
}

SCENARIO("what is thrown costs the one who asked an answer, and nobody else") {
  const api_sources faulty{
      .components = []() -> std::vector<component_state> {
        throw std::runtime_error("no figures");
      },
      .metrics = []() -> std::string { throw std::runtime_error("no metrics"); },
  };
  server->serve(api{facts, view, {}, faulty, {}}, view);
  for (int i = 0; i < 3; ++i) {
    CHECK_EQ(status_of("GET", "/metrics"), 500U);
    CHECK_EQ(status_of("GET", "/api/status"), 500U);
    CHECK_EQ(status_of("GET", "/healthz"), 200U);
  }
}

SCENARIO("a port that is taken is said to be") {
  const auto try_again = [this] {
    try {
      const http_server other{"127.0.0.1", server->port()};
      return std::error_code{};
    } catch (const std::system_error& e) {
      return e.code();
    }
  };
  CHECK(try_again() == std::errc::address_in_use);
}

SCENARIO("a server ends while viewers look on, ask and are told") {
  serve();
  std::atomic<bool> ended = false;
  std::thread actors{[&] {
    for (std::uint32_t seq = 1; !ended; ++seq) {
      view->tell(levels{seq % 2, seq, timestamp{seq}});
    }
  }};
  std::array<std::thread, 4> viewers;
  const auto port = server->port();
  for (std::size_t i = 0; i < viewers.size(); ++i) {
    viewers.at(i) = std::thread{[port, i] {
      ask({"127.0.0.1", port, {}}, "GET", i % 2 == 0 ? "/api/events?since=0" : "/api/status");
    }};
  }
  CHECK_EQ(status_of("GET", "/api/status"), 200U);
  end();
  ended = true;
  actors.join();
  for (auto& viewer : viewers) {
    viewer.join();
  }
}

END_FIXTURE_SCOPE()
