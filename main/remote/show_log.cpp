#include "main/remote/show_log.hpp"

#include "actors/log_format.hpp"
#include "main/standard_streams.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>

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

/// Reads a log on and on, from one board after the other.
class log_reader {
public:
  log_reader(const board_api& board, const command_line& how) : board_(board), how_(how) {}

  /// Prints what is new.
  /// @returns nothing (`exit_ok`), or why nothing more will come.
  failure print_new() {
    auto answer = ask();
    if (const auto* log = std::get_if<json>(&answer); log != nullptr && is_another_run(*log)) {
      tell("the board was started again; its log goes on with its first line");
      last_ = 0;
      answer = ask();
    }
    if (auto* why = std::get_if<failure>(&answer)) {
      return is_lost(*why) ? failure{exit_ok, {}} : std::move(*why);
    }
    return print(std::get<json>(answer));
  }

private:
  std::variant<json, failure> ask() const {
    return board_.get(
        fmt::format("/api/log?since={}&level={}&component={}", last_, how_.level, how_.component));
  }

  /// Its lines count from 1 again.
  bool is_another_run(const json& log) const { return run_ && log.value("run", json{}) != *run_; }

  /// Whether the board that was followed does not answer.
  bool is_lost(const failure& why) {
    const bool is_lost = how_.follow && run_ && why.status == exit_unavailable;
    if (is_lost) {
      tell("the board does not answer any more; its log goes on when it does");
    }
    return is_lost;
  }

  failure print(const json& log) {
    run_ = log.value("run", json{});
    is_told_ = false;
    if (last_ > 0 && !log.at("complete").get<bool>()) {
      fmt::print(stderr, "ledactor: the board did not keep all lines; some are missing here\n");
    }
    last_ = log.at("last");
    return print_out(lines_text(log.at("lines")));
  }

  /// Says that the board has ended, once for each time.
  void tell(const char* what) {
    if (!std::exchange(is_told_, true)) {
      fmt::print(stderr, "ledactor: {}\n", what);
    }
  }

  const board_api& board_;
  const command_line& how_;
  std::optional<json> run_;  ///< which run of a board the last line is of; nothing before the first
  std::uint64_t last_ = 0;   ///< its last line that was read
  bool is_told_ = false;
};

}  // namespace

int show_log(const board_api& board, const command_line& how) {
  log_reader reader{board, how};
  do {
    const auto end = reader.print_new();
    if (end.status != exit_ok) {
      return fail(end);
    }
  } while (how.follow && wait_with_reader(poll_interval));
  return exit_ok;
}

}  // namespace ledactor::remote
