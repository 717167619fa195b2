#include "main/run_board.hpp"

#include "actors/fan_out.hpp"
#include "actors/link_teller.hpp"
#include "actors/log.hpp"
#include "hw/gpio_board.hpp"
#include "hw/sim_desk.hpp"
#include "hw/wakeup.hpp"
#include "main/board_log.hpp"
#include "main/board_site.hpp"
#include "main/exit_alarm.hpp"
#include "main/shortage.hpp"
#include "main/signals.hpp"
#include "main/topology.hpp"
#include "net/unique_fd.hpp"

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
#include <vector>

namespace ledactor {

namespace {

/// A start that takes longer hangs: somebody else took what was there a moment before.
constexpr std::chrono::seconds start_limit{30};

/// Once a board has begun to end, its actors must be over by then: the LEDs are off, and peers
/// know;
constexpr std::chrono::milliseconds stop_limit{900};

/// and the rest of the process some time later, which a busy machine needs. systemd waits for 5 s.
constexpr std::chrono::milliseconds teardown_limit{4000};

/// Once a board has begun to end, the log's last lines must be written by then.
constexpr std::chrono::milliseconds log_limit{800};

using clock = std::chrono::steady_clock;

/// Has log files opened by their names again, as logrotate(8) wants it.
constexpr int reopen_signal = SIGUSR1;

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

/// Whatever hangs from now on, the process ends in time.
void end_within(std::chrono::milliseconds limit) {
  exit_alarm::set(limit, "ledactor: an actor does not end; giving up on it\n", exit_software);
}

/// Begins the end.
/// @returns when the log's last lines must be written.
clock::time_point begin_end() {
  end_within(stop_limit);
  return clock::now() + log_limit;
}

/// Waits for a signal or the supervisor's end, and turns the first into the second.
/// @returns when the log's last lines must be written.
clock::time_point wait_for_end(const supervisor_actor& supervisor, const hw::wakeup& ended) {
  auto signals = ending_signals();
  sigaddset(&signals, reopen_signal);
  const net::unique_fd signal_fd{::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK)};
  std::array<pollfd, 2> fds{{{ended.fd(), POLLIN, 0}, {signal_fd.get(), POLLIN, 0}}};
  std::optional<clock::time_point> log_deadline;
  for (;;) {
    ::poll(fds.data(), fds.size(), -1);
    if (fds[0].revents != 0) {
      return log_deadline ? *log_deadline : begin_end();
    }
    signalfd_siginfo info;
    if (fds[1].revents == 0 || ::read(signal_fd.get(), &info, sizeof(info)) != sizeof(info)) {
      continue;
    }
    if (static_cast<int>(info.ssi_signo) == reopen_signal) {
      process_log::instance().reopen();
    } else if (!log_deadline) {
      log_deadline = begin_end();
      caf::anon_send(supervisor, stop_atom_v);
    }
  }
}

/// Ends the process once its actors have ended: with a last line, unless it was a good end, and the
/// log written as far as somebody reads it. If nobody does, the rest of the process is skipped.
failure leave(failure end, clock::time_point log_deadline) {
  exit_alarm::clear();  // nothing can hang from here on, and a busy machine may be late
  auto& log = process_log::instance();
  if (!end.text.empty()) {
    log.print("ledactor: " + std::exchange(end.text, {}));
  }
  if (!log.close(log_deadline)) {
    std::_Exit(end.status);
  }
  return end;
}

/// Whether the metrics are served, if the configuration asks for them; CAF itself says nothing.
bool serves_metrics(caf::actor_system& system) {
  return caf::get_if(&caf::content(system.config()), "caf.middleman.prometheus-http") == nullptr
         || system.middleman().prometheus_scraping_port() != 0;
}

/// Where a board comes from, and what it can do beside its lines.
struct board_source {
  hw::board_factory open;
  std::function<void(std::string_view)> say;             ///< prints a line; null: the log tells
  std::function<bool(std::uint32_t, bool)> move_finger;  ///< null: no program moves any
};

board_source source_on(hw::sim_desk& desk) {
  return {
      [&desk] { return desk.open(); },
      [&desk](std::string_view line) { desk.say(line); },
      [&desk](std::uint32_t input, bool pressed) { return desk.move_finger(input, pressed); },
  };
}

board_source source_on(const hw::gpio_config& config) {
  const auto lines = std::make_shared<hw::gpio_config>(config);  // of all boards, one after another
  return {
      [lines] { return hw::open_gpio_board(*lines); },
      nullptr,  // the log tells
      nullptr,
  };
}

/// Starts those who look on, and who tells them.
/// @param site null: there is no page.
watcher_actor spawn_watchers(caf::actor_system& system, board_site* site,
                             std::function<void(std::string_view)> say) {
  std::vector<watcher_actor> watchers;
  std::vector<link_sink> printers;
  if (site != nullptr) {
    watchers.push_back(site->watch(system));
  }
  if (say) {
    printers.push_back(system.spawn<link_teller_impl>(std::move(say)));
  }
  return system.spawn<fan_out_impl>(watchers, printers);
}

void complain(const std::string& complaint) {
  process_log::instance().print("ledactor: " + complaint);
}

}  // namespace

void block_signals() {
  auto signals = ending_signals();
  sigaddset(&signals, reopen_signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

failure run_board(const config& c, net::shared_keys keys, system_config& system_settings) {
  if (auto why = find_shortage()) {
    return *why;
  }
  board_log log;
  if (auto why = log.open(system_settings)) {
    return *why;
  }
  if (goes_out_in_clear(c)) {
    process_log::instance().print("ledactor: warning: " + clear_link_warning(c));
  }
  for (const auto& key : system_settings.idle_keys()) {
    process_log::instance().print(
        fmt::format("ledactor: note: {} has no effect: one loop runs all actors", key));
  }
  exit_alarm::set(start_limit, "ledactor: the start hangs, as when threads or memory are short\n",
                  exit_unavailable);
  std::optional<hw::sim_desk> desk;
  if (c.simulated) {
    desk.emplace(hw::sim_config{c.gpio.buttons.size(), c.gpio.leds.size(), c.bounce}, STDIN_FILENO,
                 STDOUT_FILENO, complain);
  }
  auto source = desk ? source_on(*desk) : source_on(c.gpio);
  auto made = board_site::make(c, keys);
  if (auto* why = std::get_if<failure>(&made)) {
    return leave(std::move(*why), begin_end());
  }
  auto& site = std::get<std::unique_ptr<board_site>>(made);
  hw::wakeup ended;
  caf::error verdict;
  clock::time_point log_deadline;
  {
    caf::actor_system system{system_settings};
    if (!serves_metrics(system)) {
      return leave({exit_unavailable,
                    "caf.middleman.prometheus-http.port: cannot listen there; choose another port"},
                   begin_end());
    }
    const auto watcher = spawn_watchers(system, site.get(), std::move(source.say));
    const auto supervisor = spawn_board(
        system, c, factories_of(system, c, std::move(keys), std::move(source.open), watcher),
        watcher);
    if (site) {
      site->open(system, supervisor, std::move(source.move_finger));
    }
    exit_alarm::clear();
    supervisor->attach_functor([&](const caf::error& reason) {
      verdict = reason;
      ended.notify();
    });
    log_deadline = wait_for_end(supervisor, ended);
    end_within(teardown_limit);
    site.reset();
  }
  desk.reset();
  return leave(to_failure(verdict), log_deadline);
}

}  // namespace ledactor
