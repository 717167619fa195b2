#include "main/remote/status_text.hpp"

#include "main/options.hpp"
#include "main/remote/board_api.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

namespace ledactor::remote {

namespace {

using nlohmann::json;

/// The buttons or LEDs that are on, by number and line.
std::string numbers_text(const json& numbers, const json& lines) {
  std::string text;
  for (const auto& n : numbers) {
    const auto number = n.get<std::size_t>();
    text += fmt::format("{}{} (line {})", text.empty() ? "" : ", ", number,
                        printable(lines.at(number - 1).get<std::string>()));
  }
  return text.empty() ? "none" : text;
}

std::string names_text(const json& guests) {
  std::string text;
  for (const auto& g : guests) {
    text += (text.empty() ? "" : ", ") + text_at(g, "name");
  }
  return text.empty() ? "nobody" : text;
}

std::string link_text(const json& link) {
  const auto state = text_at(link, "state");
  const auto peer = text_at(link, "peer");
  const auto reason = text_at(link, "reason");
  if (state == "linked") {
    return "linked with " + peer;
  }
  if (state == "waiting") {
    return fmt::format("waiting, number {} in the queue; {} has the seat",
                       link.at("place").get<int>(), text_at(link, "holder"));
  }
  return reason.empty() ? "not linked" : "not linked: " + reason;
}

std::string wire_text(const json& link) {
  const auto wire = text_at(link, "wire");
  return link.at("encrypted").get<bool>()
             ? fmt::format("{}, encrypted with key {}", wire, text_at(link, "fingerprint"))
             : wire + ", not encrypted";
}

std::string board_text(const json& board) {
  const auto role = text_at(board, "role");
  return fmt::format("{}, {}{}", text_at(board, "name"), role,
                     board.at("simulated").get<bool>() ? ", simulated" : "")
         + (text_at(board, "state") == "open" ? ""
                                              : ", without its chip: " + text_at(board, "reason"));
}

/// A time of a press [s] in the unit that suits it.
std::string time_text(const json& seconds) {
  if (seconds.is_null()) {
    return "none yet";
  }
  const auto us = seconds.get<double>() * 1e6;
  return us < 1000 ? fmt::format("{:.0f} us", us) : fmt::format("{:.1f} ms", us / 1000);
}

std::string press_to_led_text(const json& times) {
  const auto count = times.at("count").get<std::uint64_t>();
  return count == 0
             ? "nothing measured yet"
             : fmt::format("p50 {}, p99 {} of the last {}; {} in all", time_text(times.at("p50")),
                           time_text(times.at("p99")), times.at("last").size(), count);
}

std::string actors_text(const json& actors) {
  auto text = fmt::format("\n{:<22}{:>8}{:>10}{:>9}{:>10}", "actors", "running", "restarts",
                          "mailbox", "messages");
  for (const auto& a : actors) {
    text += fmt::format("\n  {:<20}{:>8}{:>10}{:>9}{:>10}", text_at(a, "component"),
                        a.at("running").get<std::uint64_t>(), a.at("restarts").get<std::uint64_t>(),
                        a.at("mailbox").get<std::int64_t>(), a.at("messages").get<std::int64_t>());
  }
  return text;
}

}  // namespace

std::string status_text(const json& status) {
  const auto& board = status.at("board");
  const auto& link = status.at("link");
  const auto& seats = status.at("seats");
  const bool is_server = text_at(board, "role") == "server";
  std::string text;
  const auto row = [&](const char* title, const std::string& what) {
    text += fmt::format("{:<14}{}\n", title, what);
  };
  row("board", board_text(board));
  row("link", link_text(link));
  row(is_server ? "listens on" : "dials", text_at(link, "address"));
  row("wire", wire_text(link));
  if (is_server) {
    row("seats", fmt::format("{} of {}: {}", seats.at("seated").size(),
                             seats.at("total").get<int>(), names_text(seats.at("seated"))));
    row("queue", names_text(seats.at("queue")));
  }
  row("pressed", numbers_text(board.at("pressed"), board.at("buttons"))
                     + (board.at("control_pressed").get<bool>() ? ", control" : ""));
  row("lit", numbers_text(board.at("lit"), board.at("leds")));
  row("press to LED", press_to_led_text(status.at("press_to_led")));
  return text + actors_text(status.at("actors"));
}

}  // namespace ledactor::remote
