#include "main/demo/stage.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <utility>

namespace ledactor::demo {

namespace {

constexpr int exit_by_signal = 128;

bool matches(std::string_view text, std::string_view pattern) {
  if (!pattern.empty() && pattern.back() == '*') {
    pattern.remove_suffix(1);
    return text.substr(0, pattern.size()) == pattern;
  }
  return text == pattern;
}

std::string quoted(std::string_view board, std::string_view line) {
  return fmt::format("\"{}\" from {}", line, board);
}

std::string ended_in_words(const child_board& board, const ending& end) {
  return fmt::format("{} ended ({}); its log ends with: {}", board.name(), end.words(),
                     board.last_words());
}

}  // namespace

stage::stage(rig& place) : place_(place), interrupts_{} {}

stage::~stage() {
  for (auto& board : boards_) {
    board->ask_to_end();
  }
}

child_board& stage::start_server(std::string_view name) {
  return add(place_.start_server(name));
}

child_board& stage::start_client(std::string_view name) {
  return add(place_.start_client(name));
}

child_board& stage::add(child_board board) {
  return *boards_.emplace_back(std::make_unique<child_board>(std::move(board)));
}

clock::time_point stage::tell(child_board& board, std::string_view line) {
  auto when = board.tell(line);
  if (!when) {
    throw step_failure(fmt::format("{} to take \"{}\"", board.name(), line), "it does not read");
  }
  return *when;
}

clock::time_point stage::expect(child_board& board, std::string_view pattern) {
  return expect_all(board, {pattern});
}

clock::time_point stage::expect_all(child_board& board, std::vector<std::string_view> patterns) {
  clock::time_point last;
  while (!patterns.empty()) {
    auto expected = quoted(board.name(), fmt::format("{}", fmt::join(patterns, "\" and \"")));
    auto line = take_line(board, expected);
    auto found = std::find_if(patterns.begin(), patterns.end(),
                              [&line](auto pattern) { return matches(line.text, pattern); });
    if (found == patterns.end()) {
      throw step_failure(expected, quoted(board.name(), line.text));
    }
    patterns.erase(found);
    last = line.at;
  }
  return last;
}

timed_line stage::take_line(child_board& board, const std::string& expected) {
  auto deadline = clock::now() + limit;
  for (;;) {
    if (auto line = board.next_line()) {
      return *line;
    }
    if (auto end = board.ended()) {
      // Its last lines came in with its end.
      if (auto line = board.next_line()) {
        return *line;
      }
      throw step_failure(expected, ended_in_words(board, *end));
    }
    if (!pump(deadline)) {
      throw step_failure(expected, fmt::format("nothing within {} s", limit.count()));
    }
  }
}

clock::time_point stage::expect_exit(child_board& board, int status) {
  return expect_end(board, {false, status});
}

clock::time_point stage::expect_killed(child_board& board, int signal) {
  return expect_end(board, {true, signal});
}

clock::time_point stage::expect_end(child_board& board, const ending& expected) {
  auto words = fmt::format("the end of {} ({})", board.name(), expected.words());
  auto deadline = clock::now() + limit;
  auto end = board.ended();
  while (!end) {
    if (!pump(deadline)) {
      throw step_failure(words, fmt::format("it still runs after {} s", limit.count()));
    }
    end = board.ended();
  }
  auto when = clock::now();
  if (auto line = board.next_line()) {
    throw step_failure(words, quoted(board.name(), line->text));
  }
  if (end->killed != expected.killed || end->code != expected.code) {
    throw step_failure(words, end->words());
  }
  std::erase_if(boards_, [&board](const auto& each) { return each.get() == &board; });
  return when;
}

void stage::expect_quiet(std::chrono::milliseconds time) {
  auto expected = fmt::format("silence for {} ms", time.count());
  auto deadline = clock::now() + time;
  do {
    for (auto& board : boards_) {
      auto end = board->ended();
      if (auto line = board->next_line()) {
        throw step_failure(expected, quoted(board->name(), line->text));
      }
      if (end) {
        throw step_failure(expected, ended_in_words(*board, *end));
      }
    }
  } while (pump(deadline));
}

std::string stage::unread() {
  std::vector<std::string> lines;
  for (auto& board : boards_) {
    board->receive();
    while (auto line = board->next_line()) {
      lines.push_back(quoted(board->name(), line->text));
    }
  }
  return lines.empty() ? "nothing" : fmt::format("{}", fmt::join(lines, ", "));
}

bool stage::pump(clock::time_point deadline) {
  std::vector<pollfd> sources{{interrupts_.fd(), POLLIN, 0}};
  for (auto& board : boards_) {
    sources.push_back({board->output(), POLLIN, 0});
    sources.push_back({board->process(), POLLIN, 0});
  }
  auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
  auto count = ::poll(sources.data(), sources.size(),
                      static_cast<int>(std::max<std::chrono::milliseconds::rep>(0, left.count())));
  if (auto number = interrupts_.next()) {
    throw failure(exit_by_signal + *number,
                  fmt::format("interrupted by SIG{}", ::sigabbrev_np(*number)));
  }
  for (auto& board : boards_) {
    board->receive();
  }
  return count != 0;
}

}  // namespace ledactor::demo
