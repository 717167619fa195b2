#include "main/remote/show_log.hpp"

#include "main/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <thread>

namespace ledactor::remote {

namespace {

using nlohmann::json;

/// Longest log line that is printed [bytes].
constexpr std::size_t max_line = 2000;

/// A point in time [s since 1970] in this machine's time zone, to the millisecond.
std::string local_time(double at) {
  const auto whole = static_cast<std::time_t>(at);
  std::tm parts{};
  ::localtime_r(&whole, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return fmt::format("{}.{:03}", text.data(),
                     static_cast<int>((at - static_cast<double>(whole)) * 1000));
}

void print_lines(const json& lines) {
  for (const auto& l : lines) {
    auto level = l.at("level").get<std::string>();
    std::transform(level.begin(), level.end(), level.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    fmt::print("{} {} {} {}\n", local_time(l.at("at")), level, l.at("component").get<std::string>(),
               printable(l.at("text").get<std::string>(), max_line));
  }
  std::fflush(stdout);
}

}  // namespace

int show_log(const board_api& board, const command_line& how) {
  std::uint64_t last = 0;
  for (;;) {
    const auto answer = board.get(
        fmt::format("/api/log?since={}&level={}&component={}", last, how.level, how.component));
    if (const auto* why = std::get_if<failure>(&answer)) {
      fmt::print(stderr, "ledactor: {}\n", why->text);
      return why->status;
    }
    const auto& log = std::get<json>(answer);
    print_lines(log.at("lines"));
    const auto newest = log.at("last").get<std::uint64_t>();
    last = newest < last ? 0 : newest;  // another board of that address, with a log of its own
    if (!how.follow) {
      return exit_ok;
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

}  // namespace ledactor::remote
