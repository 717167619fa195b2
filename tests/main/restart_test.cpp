#define CAF_SUITE restart

#include "actors/fan_out.hpp"
#include "actors/link_teller.hpp"
#include "hw/sim_desk.hpp"
#include "main/options.hpp"
#include "main/system_config.hpp"
#include "main/topology.hpp"
#include "net/unique_fd.hpp"

#include <caf/io/middleman.hpp>
#include <caf/test/bdd_dsl.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace ledactor;
using namespace std::chrono_literals;

namespace {

using steady = std::chrono::steady_clock;

/// Until an event must have come, on the slowest machine.
constexpr auto limit = 30s;

/// Within which a pair works again after a failure, by issue and README.
constexpr auto promised = 1s;

/// A board whose chip can be pulled.
class pulled_board final : public hw::board {
public:
  pulled_board(std::unique_ptr<hw::board> lines, const std::atomic<bool>& is_away,
               const hw::wakeup& pulled)
      : lines_(std::move(lines)), is_away_(is_away) {
    ready_.add(lines_->fd(), EPOLLIN, 1);
    ready_.add(pulled.fd(), EPOLLIN, 2);
  }

  int fd() const override { return ready_.fd(); }

  std::optional<hw::error> take_edges(std::vector<hw::edge>& edges) override {
    return is_away_ ? hw::error{hw::fault::lost, "unplugged"} : lines_->take_edges(edges);
  }

  std::variant<hw::input_levels, hw::error> read_inputs() override { return lines_->read_inputs(); }

  std::optional<hw::error> write_leds(hw::level_set lit) override {
    return lines_->write_leds(lit);
  }

private:
  std::unique_ptr<hw::board> lines_;
  const std::atomic<bool>& is_away_;
  hw::poll_set ready_;
};

/// Knows the newest actor of each name: chip, panel, led-bank, button-1, ..., control, endpoint and
/// session.
class recorder {
public:
  /// The same factories, with each actor that they make recorded.
  actor_factories record(const actor_factories& make, caf::actor_system& system,
                         std::size_t buttons) {
    return {
        .chip = [this,
                 f = make.chip](const supervisor_actor& owner) { return keep("chip", f(owner)); },
        .panel = [this, f = make.panel] { return keep("panel", f()); },
        .led_bank =
            [this, f = make.led_bank](const chip_actor& chip) { return keep("led-bank", f(chip)); },
        .button =
            [this, buttons, f = make.button](std::uint32_t i, const change_sink& sink) {
              return keep(i == buttons ? "control" : "button-" + std::to_string(i + 1), f(i, sink));
            },
        .endpoint =
            [this, &system, f = make.endpoint](const supervisor_actor& owner,
                                               const panel_actor& panel,
                                               const led_bank_actor& led_bank) {
              return keep("endpoint", f(owner, usher_to(system, panel), led_bank));
            },
    };
  }

  caf::strong_actor_ptr newest(const std::string& name) {
    const std::lock_guard guard{mutex_};
    return made_[name];
  }

  void forget() {
    const std::lock_guard guard{mutex_};
    made_.clear();
  }

private:
  template <class Handle>
  Handle keep(const std::string& name, Handle made) {
    const std::lock_guard guard{mutex_};
    made_[name] = caf::actor_cast<caf::strong_actor_ptr>(made);
    return made;
  }

  /// Stands between an endpoint and its first panel, since sessions are made by nobody but the
  /// endpoint: they introduce themselves.
  panel_actor usher_to(caf::actor_system& system, const panel_actor& panel) {
    return system.spawn([this, panel](panel_actor::pointer self) -> panel_actor::behavior_type {
      return {[](const button_change&) {},
              [this, self, panel](attach_atom, const levels_sink& session) {
                keep("session", session);
                self->send(panel, attach_atom_v, session);
              }};
    });
  }

  std::mutex mutex_;
  std::map<std::string, caf::strong_actor_ptr> made_;
};

/// One board with its own actor system, as in a process of its own, and a desk to work it.
struct board {
  board(board_role role, std::uint16_t port) {
    REQUIRE_EQ(::pipe2(input.data(), O_CLOEXEC), 0);
    REQUIRE_EQ(::pipe2(output.data(), O_CLOEXEC | O_NONBLOCK), 0);
    desk.emplace(hw::sim_config{}, input[0], output[1], [](const std::string&) {});
    settings.set("caf.logger.console.verbosity", "quiet");
    system.emplace(settings);
    caf::settings keys;
    caf::put(keys, "ledactor.role", role == board_role::server ? "server" : "client");
    caf::put(keys, "ledactor.board.backend", "sim");
    caf::put(keys, "ledactor.client.host", "127.0.0.1");
    caf::put(keys, "ledactor.server.port", port);
    caf::put(keys, "ledactor.client.port", port);
    fill_in_defaults(keys);
    const auto c = read_config(keys);
    const auto open = [this]() -> std::variant<std::unique_ptr<hw::board>, hw::error> {
      if (is_away) {
        return hw::error{hw::fault::not_found, "no chip"};
      }
      return std::make_unique<pulled_board>(desk->open(), is_away, pulled);
    };
    const watcher_actor watcher = system->spawn<fan_out_impl>(
        std::vector<watcher_actor>{}, std::vector<link_sink>{system->spawn<link_teller_impl>(
                                          [this](std::string_view line) { desk->say(line); })});
    top = spawn_board(*system, c,
                      children.record(factories_of(*system, c, nullptr, open, watcher), *system,
                                      c.gpio.buttons.size()),
                      watcher);
  }

  ~board() {
    caf::anon_send(top, stop_atom_v);
    top = nullptr;
    children.forget();
    system.reset();
    desk.reset();
    for (int fd : {input[0], input[1], output[0], output[1]}) {
      ::close(fd);
    }
  }

  void type(const std::string& line) {
    const auto text = line + '\n';
    REQUIRE_EQ(::write(input[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  void pull_chip() {
    is_away = true;
    pulled.notify();
  }

  void plug_chip() {
    pulled.clear();
    is_away = false;
  }

  /// Reads lines until `done` is true of what they add up to.
  template <class Predicate>
  bool wait_until(Predicate done) {
    const auto until = steady::now() + limit;
    while (!done()) {
      pollfd readable{output[0], POLLIN, 0};
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(until - steady::now());
      if (left <= 0ms || ::poll(&readable, 1, static_cast<int>(left.count())) <= 0) {
        return false;
      }
      read_lines();
    }
    return true;
  }

  void read_lines() {
    std::array<char, 4096> chunk;
    const auto got = ::read(output[0], chunk.data(), chunk.size());
    unread.append(chunk.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    for (auto end = unread.find('\n'); end != std::string::npos; end = unread.find('\n')) {
      take_line(unread.substr(0, end));
      unread.erase(0, end + 1);
    }
  }

  void take_line(const std::string& line) {
    if (line.starts_with("led ")) {
      const auto bit = level_set{1} << static_cast<unsigned>(line[4] - '1');
      lit = line.ends_with("on") ? lit | bit : lit & ~bit;
    } else if (line.starts_with("link up")) {
      ++link_ups;
    }
  }

  bool shows(level_set wanted) {
    return wait_until([&] { return lit == wanted; });
  }

  recorder children;
  std::atomic<bool> is_away = false;  ///< the chip cannot be opened
  hw::wakeup pulled;
  std::array<int, 2> input{};
  std::array<int, 2> output{};
  std::optional<hw::sim_desk> desk;
  system_config settings;
  std::optional<caf::actor_system> system;
  supervisor_actor top;
  std::string unread;
  level_set lit = 0;
  int link_ups = 0;
};

/// A port that nobody else gets while this lives; a server may listen on it all the same.
struct own_port {
  own_port() {
    const int on = 1;
    ::setsockopt(holder.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in where{};
    where.sin_family = AF_INET;
    auto* const address = reinterpret_cast<sockaddr*>(&where);
    socklen_t size = sizeof(where);
    REQUIRE_EQ(::bind(holder.get(), address, size), 0);
    REQUIRE_EQ(::getsockname(holder.get(), address, &size), 0);
    number = ntohs(where.sin_port);
  }

  net::unique_fd holder{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::uint16_t number = 0;
};

struct pair {
  /// A pair that is linked, with button 1 held on the left and button 3 on the right.
  pair() {
    REQUIRE(left.wait_until([this] { return left.link_ups == 1; }));
    left.type("press 1");
    right.type("press 3");
    REQUIRE(right.shows(0b0001));
    REQUIRE(left.shows(0b0100));
  }

  /// Kills one of a board's actors, as a fault in it would, and works both boards until their
  /// LEDs are true to the buttons again.
  /// @returns how long that took.
  std::chrono::microseconds recover_from_end_of(const std::string& name, board& where) {
    const auto victim = where.children.newest(name);
    REQUIRE(victim != nullptr);
    const auto begin = steady::now();
    caf::anon_send_exit(victim, caf::exit_reason::kill);
    // The new one is there when another of that name was made.
    while (true) {
      const auto now = where.children.newest(name);
      if (now != nullptr && now != victim) {
        break;
      }
      REQUIRE(steady::now() - begin < limit);
    }
    left.type("press 2");
    right.type("press 4");
    CHECK(right.shows(0b0011));
    CHECK(left.shows(0b1100));
    const auto took = steady::now() - begin;
    left.type("release 2");
    right.type("release 4");
    CHECK(right.shows(0b0001));
    CHECK(left.shows(0b0100));
    return std::chrono::duration_cast<std::chrono::microseconds>(took);
  }

  own_port port;
  board left{board_role::server, port.number};
  board right{board_role::client, port.number};
};

void check_recovery(const std::string& name) {
  pair both;
  for (auto* where : {&both.left, &both.right}) {
    // The best of three: a slow moment of the machine is no failure of ours, a slow restart is.
    auto best = std::chrono::microseconds::max();
    for (int i = 0; i < 3; ++i) {
      best = std::min(best, both.recover_from_end_of(name, *where));
    }
    CAF_MESSAGE("after the end of " << (where == &both.left ? "the server's " : "the client's ")
                                    << name << ": " << best.count() << " us");
    CHECK(best < promised);
  }
}

}  // namespace

SCENARIO("a pair works on after the end of a chip") {
  check_recovery("chip");
}

SCENARIO("a pair works on after the end of a button") {
  check_recovery("button-1");
}

SCENARIO("a pair works on after the end of a control button") {
  check_recovery("control");
}

SCENARIO("a pair works on after the end of a panel") {
  check_recovery("panel");
}

SCENARIO("a pair works on after the end of an LED bank") {
  check_recovery("led-bank");
}

SCENARIO("a pair works on after the end of an endpoint") {
  check_recovery("endpoint");
}

SCENARIO("a pair works on after the end of a session") {
  check_recovery("session");
}

SCENARIO("a pair works on when a chip that was lost is back") {
  pair both;
  for (auto* where : {&both.left, &both.right}) {
    auto& other = where == &both.left ? both.right : both.left;
    where->pull_chip();
    CHECK(where->shows(0));
    CHECK(other.shows(0));
    where->plug_chip();
    CHECK(both.right.shows(0b0001));
    CHECK(both.left.shows(0b0100));
  }
}

SCENARIO("nobody sits at a server whose chip is away, and all are counted that start again") {
  pair both;
  auto& metrics = both.left.system->metrics();
  const auto* taken = metrics.gauge_singleton("ledactor", "seats-taken", "");
  const auto* restarts =
      metrics.counter_instance("ledactor", "restarts", {{"actor", "endpoint"}}, "", "1", true);
  CHECK_EQ(taken->value(), 1);
  both.left.pull_chip();
  for (const auto begin = steady::now(); taken->value() != 0;) {
    REQUIRE(steady::now() - begin < limit);
    std::this_thread::yield();
  }
  CHECK_EQ(restarts->value(), 0);
  CHECK(both.right.shows(0));
  both.left.plug_chip();
  CHECK(both.right.shows(0b0001));
  CHECK_EQ(taken->value(), 1);
  CHECK_EQ(restarts->value(), 1);
}

SCENARIO("a board whose supervisor is killed turns its LEDs off and leaves the link") {
  pair both;
  caf::anon_send_exit(both.left.top, caf::exit_reason::kill);
  CHECK(both.left.shows(0));
  CHECK(both.right.shows(0));
}
