#include "main/demo/live_board.hpp"

#include <fmt/format.h>

#include <csignal>
#include <utility>

namespace ledactor::demo {

live_board::live_board(child_board child, std::string idle)
    : process(std::move(child)), link(idle), idle_(std::move(idle)) {}

void live_board::take(const board_line& line) {
  spoke = true;
  switch (line.what) {
    case board_line::kind::led:
      if (line.number <= leds.size()) {
        leds.at(line.number - 1) = line.on;
      }
      break;
    case board_line::kind::link_up:
      linked = true;
      link = "linked with " + line.name;
      break;
    case board_line::kind::link_down:
      linked = false;
      link = fmt::format("no link ({}): {}", line.name, idle_);
      break;
    case board_line::kind::waiting:
      link = fmt::format("waits: place {}, {} has the seat", line.number, line.name);
      break;
    case board_line::kind::kicked:
      break;
  }
}

void live_board::freeze() {
  frozen = true;
  process.send_signal(SIGSTOP);
}

void live_board::thaw() {
  frozen = false;
  process.send_signal(SIGCONT);
}

std::string live_board::state() const {
  if (process.process() < 0) {
    return "has left";
  }
  return frozen ? "its cable is pulled (x plugs it in)" : link;
}

}  // namespace ledactor::demo
