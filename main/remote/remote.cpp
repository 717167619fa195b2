#include "main/remote/remote.hpp"

#include "main/remote/board_api.hpp"
#include "main/remote/show_log.hpp"
#include "main/remote/show_status.hpp"
#include "main/signals.hpp"
#include "main/standard_streams.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <random>

namespace ledactor::remote {

using namespace std::chrono_literals;

namespace {

constexpr int interrupted = 130;  ///< the status of a program that ^C has ended, or such a signal

/// Waits for a while, or for a signal to end.
/// @returns whether a signal came.
bool wait_or_end(std::chrono::milliseconds span, const sigset_t& signals) {
  const auto deadline = std::chrono::steady_clock::now() + span;
  for (;;) {  // a process that is stopped and goes on has its wait interrupted
    const auto left = std::max(deadline - std::chrono::steady_clock::now(), 0ns);
    const auto whole = std::chrono::floor<std::chrono::seconds>(left);
    const timespec rest{whole.count(), (left - whole).count()};
    if (::sigtimedwait(&signals, nullptr, &rest) > 0) {
      return true;
    }
    if (left == 0ns) {
      return false;
    }
  }
}

std::string button_target(const std::string& button, const std::string& what) {
  return fmt::format("/api/buttons/{}/{}", button, what);
}

/// A viewer's name that nobody else has.
std::string some_viewer() {
  std::random_device random;
  return fmt::format("press-{:08x}{:08x}", random(), random());
}

/// Presses a button for a while. Whatever ends the wait, the button is released; so it is if the
/// board does not say whether it was pressed. The board is told for how long, so that it releases
/// the button if this process cannot.
int tap(const board_api& board, const std::string& button, const std::string& hold) {
  std::int64_t milliseconds = 0;
  std::from_chars(hold.data(), hold.data() + hold.size(), milliseconds);
  const auto signals = ending_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const auto viewer = some_viewer();
  const auto pressed = board.post(
      button_target(button, fmt::format("press?for={}&viewer={}", milliseconds, viewer)));
  const bool was_interrupted =
      pressed.status == exit_ok && wait_or_end(std::chrono::milliseconds{milliseconds}, signals);
  if (pressed.status != exit_ok && pressed.status != exit_unavailable) {
    return fail(pressed);
  }
  const auto end = board.post(button_target(button, "release?viewer=" + viewer));
  if (pressed.status != exit_ok) {
    return fail(pressed);
  }
  return end.status == exit_ok && was_interrupted ? interrupted : finish(end);
}

int kick(const board_api& board, const std::string* name) {
  const auto status = board.get("/api/status");
  if (const auto* why = std::get_if<failure>(&status)) {
    return fail(*why);
  }
  const auto& whole = std::get<nlohmann::json>(status);
  if (text_at(whole.at("board"), "role") != "server") {
    return fail(
        {exit_failed, "this board is a client: only a server has seats to kick anybody from"});
  }
  for (const auto& guest : whole.at("seats").at("seated")) {
    if (name == nullptr || text_at(guest, "name") == *name) {
      return finish(
          board.post(fmt::format("/api/sessions/{}/kick", guest.at("id").get<std::uint64_t>())));
    }
  }
  return fail({exit_failed, name == nullptr ? "nobody has a seat"
                                            : fmt::format("nobody named '{}' has a seat; see "
                                                          "ledactor status",
                                                          *name)});
}

int look(const board_api& board, const command_line& line) {
  if (line.what == command_line::command::log) {
    return show_log(board, line);
  }
  return line.watch ? watch_status(board) : show_status(board, line.json);
}

int act(const board_api& board, const command_line& line) {
  using is = command_line::command;
  const auto& words = line.words;
  switch (line.what) {
    case is::press:
      return words.size() > 1 ? tap(board, words[0], words[1])
                              : finish(board.post(button_target(words[0], "press")));
    case is::release:
      return finish(board.post(button_target(words[0], "release")));
    case is::kick:
      return kick(board, words.empty() ? nullptr : &words[0]);
    default:
      return finish(board.post("/api/quit"));
  }
}

}  // namespace

int run(const config& c, const command_line& line) {
  const auto found = board_api::of(c);
  if (const auto* why = std::get_if<failure>(&found)) {
    return fail(*why);
  }
  const auto& board = std::get<board_api>(found);
  const bool is_status = line.what == command_line::command::status;
  try {
    if (is_status || line.what == command_line::command::log) {
      return look(board, line);
    }
    const auto other = board.check_identity(c);
    return other.status == exit_ok ? act(board, line) : fail(other);
  } catch (const nlohmann::json::exception&) {  // an answer that is none of a board's
    fail({exit_unavailable,
          fmt::format("what answers at port {} is no ledactor of this version", c.web.port)});
    return is_status ? static_cast<int>(status_unreachable) : exit_unavailable;
  }
}

}  // namespace ledactor::remote
