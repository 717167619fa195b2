#include "main/remote/show_status.hpp"

#include "main/remote/status_text.hpp"
#include "main/standard_streams.hpp"

#include <fmt/format.h>

#include <string>
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
    fail(*why);
    return status_unreachable;
  }
  const auto& status = std::get<json>(answer);
  const bool is_linked = text_at(status.at("link"), "state") == "linked";
  const auto printed = print_out((as_json ? status.dump(2) : status_text(status)) + '\n');
  if (printed.status != exit_ok) {
    return fail(printed);
  }
  return is_linked ? status_linked : status_unlinked;
}

int watch_status(const board_api& board) {
  std::string shown;
  do {
    const auto answer = board.get("/api/status");
    const auto* why = std::get_if<failure>(&answer);
    if (why != nullptr && why->status == exit_permission) {
      fail(*why);
      return status_unreachable;
    }
    auto text = why != nullptr ? why->text : status_text(std::get<json>(answer));
    if (text != shown) {
      const auto printed = print_out(clear_screen() + text + '\n');
      if (printed.status != exit_ok) {
        return fail(printed);
      }
      shown = std::move(text);
    }
  } while (wait_with_reader(poll_interval));
  return exit_ok;
}

}  // namespace ledactor::remote
