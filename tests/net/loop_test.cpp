#define CAF_SUITE loop

#include "net/loop.hpp"

#include "net/unique_fd.hpp"

#include <caf/io/all.hpp>
#include <caf/test/bdd_dsl.hpp>

#include <array>
#include <atomic>
#include <future>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace ledactor::net;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 60s;

struct loop_config : caf::actor_system_config {
  loop_config() {
    load<caf::io::middleman, loop>();
    module_factories.emplace_back([](caf::actor_system& system) -> caf::actor_system::module* {
      return new loop_scheduler(system);
    });
    set("caf.scheduler.max-throughput", std::size_t{50});
    set("caf.middleman.attach-utility-actors", true);
  }
};

/// A program's actors on one loop, and what they are waited for with.
struct loop_fixture {
  ~loop_fixture() {
    for (auto& actor : actors) {
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    }
    actors.clear();
  }

  template <class Behavior>
  void spawn(Behavior behavior) {
    actors.push_back(sys.spawn(std::move(behavior)));
  }

  /// Never lets the loop be idle.
  void spawn_busy_pair() {
    spawn([](caf::event_based_actor* self) -> caf::behavior {
      self->send(self, caf::tick_atom_v);
      return {[self](caf::tick_atom) {
        self->send(self, caf::tick_atom_v);
      }};
    });
  }

  std::atomic<std::size_t> received{0};  ///< bytes; the actors that count them end before it does
  loop_config config;
  caf::actor_system sys{config};
  std::vector<caf::actor> actors;
};

/// Two ends of a stream.
std::pair<unique_fd, unique_fd> socket_pair() {
  std::array<int, 2> ends{};
  CAF_REQUIRE_EQUAL(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {unique_fd{ends[0]}, unique_fd{ends[1]}};
}

/// Counts what comes over a connection, and answers each piece with as many bytes.
caf::behavior echo(caf::io::broker* self, caf::io::connection_handle connection,
                   std::atomic<std::size_t>* received) {
  self->configure_read(connection, caf::io::receive_policy::at_most(4096));
  return {
      [=](const caf::io::new_data_msg& msg) {
        *received += msg.buf.size();
        self->write(connection, msg.buf);
        self->flush(connection);
      },
      [=](const caf::io::connection_closed_msg&) { self->quit(); },
  };
}

bool write_and_read_back(int fd, const std::string& text) {
  if (::send(fd, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) {
    return false;
  }
  std::string back(text.size(), '\0');
  return ::recv(fd, back.data(), back.size(), MSG_WAITALL) == static_cast<ssize_t>(text.size())
         && back == text;
}

}  // namespace

BEGIN_FIXTURE_SCOPE(loop_fixture)

SCENARIO("all actors run on one thread") {
  std::promise<std::thread::id> here;
  std::promise<std::thread::id> there;
  spawn([&](caf::event_based_actor*) -> caf::behavior {
    here.set_value(std::this_thread::get_id());
    return {[](caf::ok_atom) {
    }};
  });
  auto broker = sys.middleman().spawn_broker([&](caf::io::broker*) -> caf::behavior {
    there.set_value(std::this_thread::get_id());
    return {[](caf::ok_atom) {
    }};
  });
  actors.push_back(broker);
  auto first = here.get_future();
  auto second = there.get_future();
  CAF_REQUIRE(first.wait_for(patience) == std::future_status::ready);
  CAF_REQUIRE(second.wait_for(patience) == std::future_status::ready);
  CHECK(first.get() == second.get());
}

SCENARIO("actors that are never idle starve neither sockets nor timers") {
  for (int i = 0; i < 300; ++i) {  // more than have their turn at once
    spawn_busy_pair();
  }
  auto [ours, theirs] = socket_pair();
  auto scribe = sys.middleman().backend().new_scribe(theirs.release());
  const auto handle = scribe->hdl();
  actors.push_back(sys.middleman().spawn_broker([this, handle, scribe](caf::io::broker* self) {
    self->add_scribe(scribe);
    return echo(self, handle, &received);
  }));
  CHECK(write_and_read_back(ours.get(), "a press"));
  std::promise<void> rang;
  spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->run_delayed(1ms, [&] { rang.set_value(); });
    return {[](caf::ok_atom) {
    }};
  });
  CHECK(rang.get_future().wait_for(patience) == std::future_status::ready);
}

SCENARIO("a flood on a socket starves neither actors nor timers nor other sockets") {
  auto [flood, flooded] = socket_pair();
  auto [ours, theirs] = socket_pair();
  for (auto* end : {&flooded, &theirs}) {
    auto scribe = sys.middleman().backend().new_scribe(end->release());
    actors.push_back(sys.middleman().spawn_broker(
        [&, scribe, is_flood = end == &flooded](caf::io::broker* self) {
          self->add_scribe(scribe);
          if (!is_flood) {
            return echo(self, scribe->hdl(), &received);
          }
          self->configure_read(scribe->hdl(), caf::io::receive_policy::at_most(4096));
          return caf::behavior{[&](const caf::io::new_data_msg& msg) {
            received += msg.buf.size();
          }};
        }));
  }
  std::atomic<bool> enough{false};
  std::thread pouring{[&enough, fd = flood.get()] {
    const std::vector<char> chunk(65'536);
    while (!enough && ::send(fd, chunk.data(), chunk.size(), MSG_NOSIGNAL) > 0) {
    }
  }};
  std::promise<void> rang;
  spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->run_delayed(1ms, [&] { rang.set_value(); });
    return {[](caf::ok_atom) {
    }};
  });
  CHECK(rang.get_future().wait_for(patience) == std::future_status::ready);
  CHECK(write_and_read_back(ours.get(), "a press"));
  enough = true;
  pouring.join();
  CHECK(received > 0u);
}

SCENARIO("a message that an actor does not know is dropped, and the loop goes on") {
  std::promise<void> reached;
  spawn([&](caf::event_based_actor*) -> caf::behavior {
    return {[&](caf::ok_atom) {
      reached.set_value();
    }};
  });
  caf::anon_send(actors.back(), caf::tick_atom_v, std::string{"nobody knows this"});
  caf::anon_send(actors.back(), caf::ok_atom_v);
  CHECK(reached.get_future().wait_for(patience) == std::future_status::ready);
}

SCENARIO("a connection that ends in the turn in which it began leaves nothing behind") {
  auto [ours, theirs] = socket_pair();
  auto scribe = sys.middleman().backend().new_scribe(theirs.release());
  const auto hdl = scribe->hdl();
  sys.middleman().spawn_broker(
      [hdl](caf::io::broker* self, const caf::io::scribe_ptr& connection) -> caf::behavior {
        self->add_scribe(connection);
        self->configure_read(hdl, caf::io::receive_policy::at_most(16));
        self->quit();
        return {};
      },
      std::move(scribe));
  pollfd closed{ours.get(), 0, 0};  // for POLLHUP: both directions are over
  CAF_REQUIRE_EQUAL(::poll(&closed, 1, 10'000), 1);
  CHECK_EQ(closed.revents & POLLHUP, POLLHUP);
}

SCENARIO("timers go off in their order, and those that were disposed do not") {
  std::promise<std::string> told;
  spawn([&](caf::event_based_actor* self) -> caf::behavior {
    auto order = std::make_shared<std::string>();
    self->run_delayed(30ms, [order, &told] { told.set_value(*order + "c"); });
    self->run_delayed(20ms, [order] { *order += 'b'; });
    auto never = self->run_delayed(10ms, [order] { *order += 'x'; });
    self->run_delayed(1ms, [order] { *order += 'a'; });
    never.dispose();
    return {[](caf::ok_atom) {
    }};
  });
  auto order = told.get_future();
  CAF_REQUIRE(order.wait_for(patience) == std::future_status::ready);
  CHECK_EQ(order.get(), "abc");
}

SCENARIO("what the kernel does not take waits, in order, and is acknowledged") {
  auto [ours, theirs] = socket_pair();
  auto scribe = sys.middleman().backend().new_scribe(theirs.release());
  constexpr std::size_t piece = 100'000;
  constexpr std::size_t pieces = 50;
  std::promise<std::size_t> waited;
  std::promise<void> drained;
  actors.push_back(sys.middleman().spawn_broker([&, scribe](caf::io::broker* self) {
    self->add_scribe(scribe);
    const auto hdl = scribe->hdl();
    self->configure_read(hdl, caf::io::receive_policy::at_most(16));
    self->ack_writes(hdl, true);
    for (std::size_t i = 0; i < pieces; ++i) {
      const std::vector<caf::byte> bytes(piece, static_cast<caf::byte>(i));
      self->write(hdl, bytes.size(), bytes.data());
      self->flush(hdl);
    }
    waited.set_value(self->wr_buf(hdl).size());
    return caf::behavior{
        [&](const caf::io::data_transferred_msg& msg) {
          if (msg.remaining == 0) {
            drained.set_value();
          }
        },
        [](const caf::io::new_data_msg&) {},
        [=](const caf::io::connection_closed_msg&) { self->quit(); },
    };
  }));
  auto rest = waited.get_future();
  CAF_REQUIRE(rest.wait_for(patience) == std::future_status::ready);
  const auto left = rest.get();
  CHECK(left > 0u);
  CHECK(left < piece * pieces);
  std::vector<unsigned char> got(piece * pieces);
  CHECK_EQ(::recv(ours.get(), got.data(), got.size(), MSG_WAITALL),
           static_cast<ssize_t>(got.size()));
  for (std::size_t i = 0; i < pieces; ++i) {
    CHECK_EQ(got[i * piece], i);
    CHECK_EQ(got[(i + 1) * piece - 1], i);
  }
  CHECK(drained.get_future().wait_for(patience) == std::future_status::ready);
}

SCENARIO("an actor is told when its peer is gone, whatever was still to be sent") {
  auto [ours, theirs] = socket_pair();
  auto scribe = sys.middleman().backend().new_scribe(theirs.release());
  std::promise<void> closed;
  actors.push_back(sys.middleman().spawn_broker([&, scribe](caf::io::broker* self) {
    self->add_scribe(scribe);
    self->configure_read(scribe->hdl(), caf::io::receive_policy::at_most(16));
    const std::vector<caf::byte> bytes(5'000'000);
    self->write(scribe->hdl(), bytes.size(), bytes.data());
    self->flush(scribe->hdl());
    return caf::behavior{[](const caf::io::new_data_msg&) {},
                         [&closed](const caf::io::connection_closed_msg&) {
                           closed.set_value();
                         }};
  }));
  ours = unique_fd{};
  CHECK(closed.get_future().wait_for(patience) == std::future_status::ready);
}

END_FIXTURE_SCOPE()
