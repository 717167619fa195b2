/// @file
/// One round of the bench: starts two boards and the floors, measures, prints one JSON object.
/// scripts/bench runs it as often as it needs rounds, on the core where all of it is to run.

#include "tests/bench/board_process.hpp"
#include "tests/bench/floor.hpp"
#include "tests/bench/loopback.hpp"
#include "tests/bench/metrics.hpp"
#include "tests/bench/press_driver.hpp"
#include "tests/bench/usage.hpp"
#include "tests/bench/viewers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <sys/prctl.h>

namespace {

using namespace ledactor::bench;

/// Presses before any that count: first uses of memory are not what a user feels.
constexpr std::size_t warm_up = 20;

/// The boards and the floors take turns at this many presses, so that a noisy second is
/// everybody's.
constexpr std::size_t block = 50;

/// Others who want the same core, and how many readers the log has meanwhile.
constexpr std::size_t busy_others = 2;
constexpr std::size_t log_readers = 8;

struct options {
  std::string program;
  std::string log_prefix;
  std::string key_file;
  std::size_t presses;
  std::size_t changes;
  unsigned idle_seconds;
  std::uint64_t seed;
};

std::vector<std::string> joined(std::vector<std::string> some,
                                const std::vector<std::string>& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

/// Where boards are not looked at, nobody is to wait for a port either.
const std::vector<std::string> without_web{"--ledactor.web.enabled=false"};

std::string web_on(std::uint16_t port) {
  return fmt::format("--ledactor.web.port={}", port);
}

/// Two linked boards; the client's button 1 lights the server's LED 1.
struct board_pair {
  /// @param name of the logs.
  /// @param for_both arguments of both boards.
  /// @param for_server,for_client more of them, for one alone.
  board_pair(const options& o, const std::string& name, const std::vector<std::string>& for_both,
             const std::vector<std::string>& for_server = {},
             const std::vector<std::string>& for_client = {})
      : server(o.program, "server", port, o.log_prefix + name + "-server.log",
               joined(for_both, for_server)),
        start(server.await_listening(port)),
        client(o.program, "client", port, o.log_prefix + name + "-client.log",
               joined(for_both, for_client)),
        lines(client.input(), server.output()) {
    lines.wait_for("link up client");
  }

  void stop() {
    client.stop();
    server.stop();
  }

  std::uint16_t port = free_port();
  board_process server;
  duration start;
  board_process client;
  line_channel lines;
};

double seconds(duration d) {
  return std::chrono::duration<double>{d}.count();
}

double microseconds(duration d) {
  return 1e6 * seconds(d);
}

/// The nearest rank: a value that was measured.
duration percentile(const samples& sorted, std::size_t percent) {
  return sorted[(sorted.size() * percent + 99) / 100 - 1];
}

std::string latency_json(samples s) {
  std::sort(s.begin(), s.end());
  return fmt::format(R"({{"p50": {:.1f}, "p99": {:.1f}, "worst": {:.1f}, "count": {}}})",
                     microseconds(percentile(s, 50)), microseconds(percentile(s, 99)),
                     microseconds(s.back()), s.size());
}

std::string measure_latencies(const options& o, line_channel& plain, line_channel& encrypted) {
  tcp_floor tcp;
  pipe_floor pipes;
  samples discarded;
  drive_presses(plain, warm_up, o.seed, discarded);
  drive_presses(encrypted, warm_up, o.seed, discarded);
  tcp.drive(warm_up, o.seed, discarded);
  drive_presses(pipes.boards(), warm_up, o.seed, discarded);
  samples led;
  samples encrypted_led;
  samples least_tcp;
  samples least_pipes;
  for (std::size_t done = 0; done < o.presses; done += block) {
    const auto n = std::min(block, o.presses - done);
    const auto seed = o.seed + done;
    drive_presses(plain, n, seed, led);
    drive_presses(encrypted, n, seed, encrypted_led);
    tcp.drive(n, seed, least_tcp);
    drive_presses(pipes.boards(), n, seed, least_pipes);
  }
  return fmt::format(
      R"("press_to_led_us": {}, "tls_press_to_led_us": {}, "tcp_floor_us": {}, "pipe_floor_us": {})",
      latency_json(led), latency_json(encrypted_led), latency_json(least_tcp),
      latency_json(least_pipes));
}

std::string board_json(const board_process& board, const usage& before, duration span) {
  const auto after = usage_of(board.pid());
  return fmt::format(
      R"({{"idle_cpu_percent": {:.4f}, "idle_wakeups_per_second": {:.2f}, "peak_kib": {}}})",
      100 * seconds(after.cpu - before.cpu) / seconds(span),
      static_cast<double>(after.switches - before.switches) / seconds(span),
      peak_kib_of(board.pid()));
}

std::string measure_idling(const options& o, const board_pair& boards) {
  const auto server = usage_of(boards.server.pid());
  const auto client = usage_of(boards.client.pid());
  const auto begin = clock::now();
  std::this_thread::sleep_for(std::chrono::seconds{o.idle_seconds});
  const auto span = clock::now() - begin;
  return fmt::format(R"("server": {}, "client": {})", board_json(boards.server, server, span),
                     board_json(boards.client, client, span));
}

/// What the sender itself says, on boards of their own, since serving metrics might cost something.
std::string measure_inside(const options& o) {
  const auto port = free_port();
  samples discarded;
  board_pair boards{o,
                    "metrics",
                    without_web,
                    {},
                    {fmt::format("--caf.middleman.prometheus-http.port={}", port),
                     "--caf.middleman.prometheus-http.address=127.0.0.1"}};
  drive_presses(boards.lines, warm_up, o.seed, discarded);
  const auto told = [port] {
    return std::pair{metric_of(port, "ledactor_press_to_led_seconds_sum"),
                     metric_of(port, "ledactor_press_to_led_seconds_count")};
  };
  const auto before = told();
  drive_presses(boards.lines, o.presses / 4 + 1, o.seed, discarded);
  const auto after = told();
  boards.stop();
  return fmt::format(R"("press_to_ack_mean_us": {:.1f})",
                     1e6 * (after.first - before.first) / (after.second - before.second));
}

/// Two boards that are served to an audience, or not at all.
struct served_pair {
  served_pair(const options& o, std::string title, std::optional<audience> audience)
      : name(std::move(title)),
        boards(audience ? board_pair{o, "web-" + name, {}, {web_on(ports[0])}, {web_on(ports[1])}}
                        : board_pair{o, "web-" + name, without_web}) {
    if (audience && (audience->viewers > 0 || audience->is_scraped)) {
      looking = std::make_unique<viewers>(std::vector(ports.begin(), ports.end()), *audience);
    }
  }

  usage used() const {
    const auto server = usage_of(boards.server.pid());
    const auto client = usage_of(boards.client.pid());
    return {server.cpu + client.cpu, server.switches + client.switches};
  }

  std::string name;
  std::array<std::uint16_t, 2> ports{free_port(), free_port()};
  board_pair boards;
  std::unique_ptr<viewers> looking;
  samples led;
  usage before;
};

/// Whether a press waits for those who read the log, whose thread has the least of the processor:
/// a pair on a busy core, in turns with nobody and with readers of either board.
std::string measure_log_readers(const options& o) {
  served_pair pair{o, "log", audience{}};
  std::vector<child> hogs;
  for (std::size_t i = 0; i < busy_others; ++i) {
    hogs.emplace_back([] {
      for (volatile unsigned spins = 0;; spins = spins + 1) {
      }
      return EXIT_FAILURE;
    });
  }
  samples alone;
  samples read;
  drive_presses(pair.boards.lines, warm_up, o.seed, alone);
  alone.clear();
  for (std::size_t done = 0; done < o.presses; done += block) {
    const auto n = std::min(block, o.presses - done);
    drive_presses(pair.boards.lines, n, o.seed + done, alone);
    const auto server = read_log(pair.ports[0], log_readers / 2);
    const auto client = read_log(pair.ports[1], log_readers / 2);
    drive_presses(pair.boards.lines, n, o.seed + done, read);
  }
  hogs.clear();
  pair.boards.stop();
  return fmt::format(R"("busy": {{"alone": {}, "read": {}}})", latency_json(alone),
                     latency_json(read));
}

/// What it costs to be looked at: pairs of boards that differ in that alone, in turns.
std::string measure_web(const options& o) {
  std::array<served_pair, 5> pairs{served_pair{o, "off", std::nullopt},
                                   {o, "unseen", audience{}},
                                   {o, "viewers", audience{10, false}},
                                   {o, "scrape", audience{0, true}},
                                   {o, "both", audience{10, true}}};
  for (auto& p : pairs) {
    drive_presses(p.boards.lines, warm_up, o.seed, p.led);
    p.led.clear();
  }
  for (std::size_t done = 0; done < o.presses; done += block) {
    for (auto& p : pairs) {
      drive_presses(p.boards.lines, std::min(block, o.presses - done), o.seed + done, p.led);
    }
  }
  for (auto& p : pairs) {
    p.before = p.used();
  }
  const auto begin = clock::now();
  std::this_thread::sleep_for(std::chrono::seconds{o.idle_seconds});
  const auto span = clock::now() - begin;
  std::string json;
  for (auto& p : pairs) {
    const auto cpu = p.used().cpu - p.before.cpu;
    json += fmt::format(
        R"({}"{}": {{"press_to_led_us": {}, "idle_cpu_percent": {:.4f}, "peak_kib": {}}})",
        json.empty() ? "" : ", ", p.name, latency_json(p.led),
        100 * seconds(cpu) / seconds(span) / 2, peak_kib_of(p.boards.server.pid()));
  }
  for (auto& p : pairs) {
    p.looking.reset();
    p.boards.stop();
  }
  return fmt::format(R"("web": {{{}}})", json);
}

std::string flood_json(const options& o, line_channel& boards) {
  return fmt::format("{:.0f}", static_cast<double>(o.changes) / seconds(boards.flood(o.changes)));
}

std::string run_round(const options& o) {
  board_pair plain{o, "plain", without_web};
  board_pair encrypted{o, "tls", joined(without_web, {"--key-file=" + o.key_file})};
  const auto latencies = measure_latencies(o, plain.lines, encrypted.lines);
  const auto flood = flood_json(o, plain.lines);
  const auto encrypted_flood = flood_json(o, encrypted.lines);
  encrypted.stop();
  const auto idling = measure_idling(o, plain);
  plain.stop();
  return fmt::format(
      R"({{{}, {}, {}, {}, {}, "changes_per_second": {}, "tls_changes_per_second": {}, "start_ms": {:.2f}}})",
      latencies, measure_inside(o), measure_web(o), measure_log_readers(o), idling, flood,
      encrypted_flood, 1e3 * seconds(plain.start));
}

}  // namespace

int main(int argc, char** argv) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // our boards end with us, and we with whoever started us
  std::signal(SIGPIPE, SIG_IGN);
  if (argc != 8) {
    fmt::print(stderr, "usage: {} LEDACTOR LOG-PREFIX KEY-FILE PRESSES CHANGES IDLE-SECONDS SEED\n",
               argv[0]);
    return 64;
  }
  try {
    const std::vector<std::string> words{argv + 1, argv + argc};
    fmt::print(
        "{}\n",
        run_round({words[0], words[1], words[2], std::stoull(words[3]), std::stoull(words[4]),
                   static_cast<unsigned>(std::stoul(words[5])), std::stoull(words[6])}));
    return EXIT_SUCCESS;
  } catch (const std::exception& e) {
    fmt::print(stderr, "bench: error: {}\n", e.what());
    return EXIT_FAILURE;
  }
}
