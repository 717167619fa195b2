#include "main/remote/show_log.hpp"

#include "actors/log_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>

namespace ledactor::remote {

namespace {

using nlohmann::json;

caf::timestamp time_of(const json& line) {
  return caf::timestamp{std::chrono::duration_cast<caf::timespan>(
      std::chrono::duration<double>{line.at("at").get<double>()})};
}

std::string lines_text(const json& lines) {
  std::string text;
  for (const auto& l : lines) {
    auto level = text_at(l, "level");
    std::transform(level.begin(), level.end(), level.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    text += fmt::format("{} {} {} {}\n", log_date(time_of(l)), level, text_at(l, "component"),
                        text_at(l, "text"));
  }
  return text;
}

}  // namespace

bool put(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) {
    return true;
  }
  fmt::print(stderr, "ledactor: cannot write to stdout: {}\n", std::strerror(errno));
  return false;
}

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
    if (last > 0 && !log.at("complete").get<bool>()) {
      fmt::print(stderr, "ledactor: the board did not keep all lines; some are missing here\n");
    }
    if (!put(lines_text(log.at("lines")))) {
      return exit_failed;
    }
    if (!how.follow) {
      return exit_ok;
    }
    last = log.at("last");
    std::this_thread::sleep_for(poll_interval);
  }
}

}  // namespace ledactor::remote
