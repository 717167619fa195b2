/// @file
/// One round of the bench: starts two boards and the floors, measures, prints one JSON object.
/// scripts/bench runs it, on one core, as often as it needs rounds.

#include "tests/bench/board_process.hpp"
#include "tests/bench/floor.hpp"
#include "tests/bench/press_driver.hpp"
#include "tests/bench/usage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <sys/prctl.h>

namespace {

using namespace ledactor::bench;

/// Presses before any that count: first uses of memory are not what a user feels.
constexpr std::size_t warm_up = 20;

/// The three take turns at this many presses, so that a noisy second is everybody's.
constexpr std::size_t block = 50;

struct options {
  std::string program;
  std::string log_prefix;
  std::size_t presses;
  std::size_t changes;
  unsigned idle_seconds;
  std::uint64_t seed;
};

double microseconds(duration d) { return std::chrono::duration<double, std::micro>{d}.count(); }

/// The nearest rank: a value that was measured.
duration percentile(const samples& sorted, std::size_t percent) {
  return sorted[(sorted.size() * percent + 99) / 100 - 1];
}

std::string to_json(samples s) {
  std::sort(s.begin(), s.end());
  return fmt::format(R"({{"p50": {:.1f}, "p99": {:.1f}, "worst": {:.1f}, "count": {}}})",
                     microseconds(percentile(s, 50)), microseconds(percentile(s, 99)),
                     microseconds(s.back()), s.size());
}

/// CPU and switches of a process while nothing is asked of it.
struct idle_usage {
  double cpu_percent;
  double wakeups_per_second;
};

idle_usage between(const usage& before, const usage& after, duration span) {
  return {100.0 * static_cast<double>((after.cpu - before.cpu).count())
            / static_cast<double>(span.count()),
          static_cast<double>(after.switches - before.switches)
            / std::chrono::duration<double>{span}.count()};
}

std::string to_json(const board_process& board, const idle_usage& idle) {
  return fmt::format(
    R"({{"idle_cpu_percent": {:.4f}, "idle_wakeups_per_second": {:.2f}, "peak_kib": {}}})",
    idle.cpu_percent, idle.wakeups_per_second, peak_kib_of(board.pid()));
}

void measure_latencies(const options& o, line_channel& boards, samples& led, samples& tcp,
                       samples& pipes) {
  tcp_floor bare;
  pipe_floor piped;
  samples discarded;
  drive_presses(boards, warm_up, o.seed, discarded);
  bare.drive(warm_up, o.seed, discarded);
  drive_presses(piped.boards(), warm_up, o.seed, discarded);
  for (std::size_t done = 0; done < o.presses; done += block) {
    const auto n = std::min(block, o.presses - done);
    const auto seed = o.seed + done;
    drive_presses(boards, n, seed, led);
    bare.drive(n, seed, tcp);
    drive_presses(piped.boards(), n, seed, pipes);
  }
}

void run_round(const options& o) {
  const auto port = free_port();
  board_process server{o.program, "server", port, o.log_prefix + "server.log"};
  const auto start = server.await_listening(port);
  board_process client{o.program, "client", port, o.log_prefix + "client.log"};
  line_channel boards{client.input(), server.output()};
  boards.wait_for("link up client");

  samples led;
  samples tcp;
  samples pipes;
  measure_latencies(o, boards, led, tcp, pipes);
  const auto flood = boards.flood(o.changes);

  const auto server_before = usage_of(server.pid());
  const auto client_before = usage_of(client.pid());
  const auto begin = clock::now();
  std::this_thread::sleep_for(std::chrono::seconds{o.idle_seconds});
  const auto server_idle = between(server_before, usage_of(server.pid()), clock::now() - begin);
  const auto client_idle = between(client_before, usage_of(client.pid()), clock::now() - begin);

  const auto server_json = to_json(server, server_idle);
  const auto client_json = to_json(client, client_idle);
  client.stop();
  server.stop();
  fmt::print(R"({{"press_to_led_us": {}, "tcp_floor_us": {}, "pipe_floor_us": {}, )"
             R"("changes_per_second": {:.0f}, "start_ms": {:.2f}, "server": {}, "client": {}}})"
             "\n",
             to_json(led), to_json(tcp), to_json(pipes),
             static_cast<double>(o.changes) / std::chrono::duration<double>{flood}.count(),
             microseconds(start) / 1000, server_json, client_json);
}

}  // namespace

int main(int argc, char** argv) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // whoever started us ends with us, and we with him
  std::signal(SIGPIPE, SIG_IGN);
  try {
    if (argc != 7) {
      fmt::print(stderr, "usage: {} LEDACTOR LOG-PREFIX PRESSES CHANGES IDLE-SECONDS SEED\n",
                 argv[0]);
      return 64;
    }
    const std::vector<std::string> words{argv + 1, argv + argc};
    const options o{words[0],
                    words[1],
                    std::stoull(words[2]),
                    std::stoull(words[3]),
                    static_cast<unsigned>(std::stoul(words[4])),
                    std::stoull(words[5])};
    run_round(o);
    return EXIT_SUCCESS;
  } catch (const std::exception& e) {
    fmt::print(stderr, "bench: {}\n", e.what());
    return EXIT_FAILURE;
  }
}
