#include "main/remote/show_status.hpp"

#include "main/remote/show_log.hpp"
#include "main/remote/status_text.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <thread>
#include <unistd.h>

namespace ledactor::remote {

namespace {

using nlohmann::json;

std::string clear_screen() {
  return ::isatty(STDOUT_FILENO) == 1 ? "\x1b[H\x1b[2J" : "";
}

}  // namespace

int show_status(const board_api& board, bool as_json) {
  const auto answer = board.get("/api/status");
  if (const auto* why = std::get_if<failure>(&answer)) {
    fmt::print(stderr, "ledactor: {}\n", why->text);
    return status_unreachable;
  }
  const auto& status = std::get<json>(answer);
  const bool is_linked = text_at(status.at("link"), "state") == "linked";
  if (!put((as_json ? status.dump(2) : status_text(status)) + '\n')) {
    return status_unreachable;
  }
  return is_linked ? status_linked : status_unlinked;
}

int watch_status(const board_api& board) {
  std::string shown;
  for (;;) {
    const auto answer = board.get("/api/status");
    const auto* why = std::get_if<failure>(&answer);
    if (why != nullptr && why->status == exit_permission) {
      fmt::print(stderr, "ledactor: {}\n", why->text);
      return status_unreachable;
    }
    auto text = why != nullptr ? why->text : status_text(std::get<json>(answer));
    if (text != shown) {
      if (!put(clear_screen() + text + '\n')) {
        return status_unreachable;
      }
      shown = std::move(text);
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

}  // namespace ledactor::remote
