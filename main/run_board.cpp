#include "main/run_board.hpp"

#include "hw/gpio_board.hpp"
#include "hw/sim_desk.hpp"
#include "hw/wakeup.hpp"
#include "main/board_site.hpp"
#include "main/topology.hpp"

#include <caf/io/middleman.hpp>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>

namespace ledactor {

namespace {

/// After a signal to end, all must be over by then.
constexpr std::chrono::milliseconds stop_limit{900};

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    sigaddset(&set, signal);
  }
  return set;
}

failure to_failure(const caf::error& reason) {
  if (!reason) {
    return {exit_ok, {}};
  }
  switch (to_errc(reason)) {
    case errc::bad_config:
      return {exit_config, text_of(reason)};
    case errc::no_permission:
      return {exit_permission, text_of(reason)};
    case errc::not_available:
      return {exit_unavailable, text_of(reason)};
    default:
      return {exit_software, fmt::format("the board failed for good: {}", caf::to_string(reason))};
  }
}

/// Waits for a signal or the supervisor's end, and turns the first into the second.
void wait_for_end(const supervisor_actor& supervisor, const hw::wakeup& ended) {
  const auto signals = ending_signals();
  const int signal_fd = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  std::array<pollfd, 2> fds{{{ended.fd(), POLLIN, 0}, {signal_fd, POLLIN, 0}}};
  int timeout = -1;
  for (;;) {
    const int ready = ::poll(fds.data(), fds.size(), timeout);
    if (fds[0].revents != 0) {
      break;
    }
    if (ready == 0) {
      pollfd writable{STDERR_FILENO, POLLOUT, 0};  // one that nobody reads may be the cause
      if (::poll(&writable, 1, 0) > 0) {
        std::fputs("ledactor: an actor does not end; giving up on it\n", stderr);
      }
      std::_Exit(exit_software);
    }
    if (fds[1].revents != 0) {
      signalfd_siginfo info;
      if (::read(signal_fd, &info, sizeof(info)) == sizeof(info) && timeout < 0) {
        caf::anon_send(supervisor, stop_atom_v);
        timeout = static_cast<int>(stop_limit.count());
      }
    }
  }
  ::close(signal_fd);
}

/// Whether the metrics are served, if the configuration asks for them; CAF itself says nothing.
bool serves_metrics(caf::actor_system& system) {
  return caf::get_if(&caf::content(system.config()), "caf.middleman.prometheus-http") == nullptr
         || system.middleman().prometheus_scraping_port() != 0;
}

/// Where a board comes from, and who is told of its link.
struct board_source {
  hw::board_factory open;
  std::function<void(std::string_view)> announce;
  std::function<bool(std::uint32_t, bool)> move_finger;  ///< null: no program moves any
};

board_source source_on(hw::sim_desk& desk) {
  return {
      [&desk](hw::board_events events) -> std::variant<std::unique_ptr<hw::board>, hw::error> {
        return desk.open(std::move(events));
      },
      [&desk](std::string_view line) { desk.say(line); },
      [&desk](std::uint32_t input, bool pressed) { return desk.move_finger(input, pressed); },
  };
}

board_source source_on(const hw::gpio_config& config) {
  const auto lines = std::make_shared<hw::gpio_config>(config);  // of all boards, one after another
  return {
      [lines](hw::board_events events) { return hw::open_gpio_board(*lines, std::move(events)); },
      [](std::string_view) {},  // the log tells
      nullptr,
  };
}

void complain(const std::string& complaint) {
  fmt::print(stderr, "ledactor: stdin: {}\n", complaint);
}

}  // namespace

void block_signals() {
  const auto signals = ending_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

failure run_board(const config& c, net::shared_keys keys, system_config& system_settings) {
  std::optional<hw::sim_desk> desk;
  if (c.simulated) {
    desk.emplace(hw::sim_config{c.gpio.buttons.size(), c.gpio.leds.size(), c.bounce}, STDIN_FILENO,
                 STDOUT_FILENO, complain);
  }
  auto source = desk ? source_on(*desk) : source_on(c.gpio);
  auto made = board_site::make(c, keys);
  if (auto* why = std::get_if<failure>(&made)) {
    return std::move(*why);
  }
  auto& site = std::get<std::unique_ptr<board_site>>(made);
  hw::wakeup ended;
  caf::error verdict;
  {
    caf::actor_system system{system_settings};
    if (!serves_metrics(system)) {
      return {exit_unavailable,
              "caf.middleman.prometheus-http.port: cannot listen there; choose another port"};
    }
    const auto supervisor =
        spawn_board(system, c, std::move(keys), std::move(source.open),
                    site ? site->watch(system) : watcher_actor{}, std::move(source.announce));
    if (site) {
      site->open(system, supervisor, std::move(source.move_finger));
    }
    supervisor->attach_functor([&](const caf::error& reason) {
      verdict = reason;
      ended.notify();
    });
    wait_for_end(supervisor, ended);
    site.reset();
  }
  return to_failure(verdict);
}

}  // namespace ledactor
