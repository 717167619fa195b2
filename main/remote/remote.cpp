#include "main/remote/remote.hpp"

#include "main/remote/board_api.hpp"
#include "main/remote/show_log.hpp"
#include "main/remote/show_status.hpp"

#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <ctime>

namespace ledactor::remote {

namespace {

constexpr int interrupted = 130;  ///< the status of a program that ^C has ended

int fail(const failure& why) {
  fmt::print(stderr, "ledactor: {}\n", why.text);
  return why.status;
}

int finish(const failure& end) {
  return end.text.empty() ? end.status : fail(end);
}

/// Waits for a while, or for a signal to end.
/// @returns whether a signal came.
bool wait_or_end(long milliseconds, const sigset_t& signals) {
  const timespec span{milliseconds / 1000, milliseconds % 1000 * 1'000'000};
  return ::sigtimedwait(&signals, nullptr, &span) > 0;
}

std::string button_target(const std::string& button, const char* what) {
  return fmt::format("/api/buttons/{}/{}", button, what);
}

/// Presses a button for a while. Whatever ends the wait, the button is released.
int tap(const board_api& board, const std::string& button, const std::string& hold) {
  long milliseconds = 0;
  std::from_chars(hold.data(), hold.data() + hold.size(), milliseconds);
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    sigaddset(&signals, signal);
  }
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  if (const auto end = board.post(button_target(button, "press")); end.status != exit_ok) {
    return fail(end);
  }
  const bool was_interrupted = wait_or_end(milliseconds, signals);
  const auto end = board.post(button_target(button, "release"));
  return end.status == exit_ok && was_interrupted ? interrupted : finish(end);
}

int kick(const board_api& board, const std::string* name) {
  const auto status = board.get("/api/status");
  if (const auto* why = std::get_if<failure>(&status)) {
    return fail(*why);
  }
  const auto& whole = std::get<nlohmann::json>(status);
  if (whole.at("board").at("role") != "server") {
    return fail(
        {exit_failed, "this board is a client: only a server has seats to kick anybody from"});
  }
  for (const auto& guest : whole.at("seats").at("seated")) {
    if (name == nullptr || guest.at("name") == *name) {
      return finish(
          board.post(fmt::format("/api/sessions/{}/kick", guest.at("id").get<std::uint64_t>())));
    }
  }
  return fail({exit_failed, name == nullptr ? "nobody has a seat"
                                            : fmt::format("nobody named '{}' has a seat; see "
                                                          "ledactor status",
                                                          *name)});
}

int run(const board_api& board, const command_line& line) {
  using is = command_line::command;
  const auto& words = line.words;
  switch (line.what) {
    case is::status:
      return line.watch ? watch_status(board) : show_status(board, line.json);
    case is::press:
      return words.size() > 1 ? tap(board, words[0], words[1])
                              : finish(board.post(button_target(words[0], "press")));
    case is::release:
      return finish(board.post(button_target(words[0], "release")));
    case is::kick:
      return kick(board, words.empty() ? nullptr : &words[0]);
    case is::log:
      return show_log(board, line);
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
  try {
    return run(std::get<board_api>(found), line);
  } catch (const nlohmann::json::exception&) {  // an answer that is none of a board's
    return fail(
        {exit_unavailable,
         fmt::format("what answers at port {} is no ledactor of this version", c.web.port)});
  }
}

}  // namespace ledactor::remote
