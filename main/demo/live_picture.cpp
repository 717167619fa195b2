#include "main/demo/live.hpp"

#include <fmt/format.h>

// What the live view shows.
namespace ledactor::demo {

namespace {

constexpr std::size_t max_events = 50;
/// How long a change waits to be drawn: a press is drawn together with its LED, and drawing does
/// not stand between the LED's line and the clock.
constexpr std::chrono::milliseconds redraw_delay{5};

std::string figures(const latency& times) {
  if (times.count() == 0) {
    return "not yet measured";
  }
  return fmt::format("last {}, median {} of {}", in_words(times.last()), in_words(times.median()),
                     times.count());
}

}  // namespace

void live::note(std::string_view who, std::string_view what) {
  auto since = std::chrono::duration<double>(clock::now() - begin_).count();
  events_.push_back(fmt::format("{:8.3f} s  {:10} {}", since, who, what));
  if (events_.size() > max_events) {
    events_.pop_front();
  }
  redraw_soon();
}

void live::redraw_soon() {
  if (!redraw_at_) {
    redraw_at_ = clock::now() + redraw_delay;
  }
}

picture live::compose() const {
  picture whole;
  whole.title = fmt::format(
      "ledactor demo: press here, light there. Simulated boards on"
      " 127.0.0.1:{}",
      place_.port());
  const std::array<const live_board*, 2> shown{server_.get(), seated_.get()};
  for (std::size_t side = 0; side < shown.size(); ++side) {
    const auto& board = *shown.at(side);
    auto& drawn = whole.boards.at(side);
    drawn.title = board.process.name() + (side == 0 ? ", the server" : ", a client");
    drawn.page = board.process.process() < 0 ? std::string{} : board.process.page();
    drawn.link = board.state();
    drawn.linked = board.linked && !board.frozen;
    drawn.leds = board.leds;
    for (std::size_t i = 0; i < keys_each; ++i) {
      drawn.buttons.at(i) = keypad_.at(side * keys_each + i);
    }
    drawn.times = figures(times_.at(side));
  }
  for (const auto& client : clients_) {
    if (client != seated_) {
      whole.queue = fmt::format("Third board, {}: {}", client->process.name(), client->state());
    }
  }
  whole.events.assign(events_.begin(), events_.end());
  whole.latch = latch_;
  return whole;
}

std::string live::summary() const {
  return fmt::format("Press-to-LED times, left to right: {}\n                    right to left: {}",
                     figures(times_[0]), figures(times_[1]));
}

}  // namespace ledactor::demo
