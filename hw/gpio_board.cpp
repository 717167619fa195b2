#include "hw/gpio_board.hpp"

#include "hw/gpio_error.hpp"
#include "hw/gpio_request.hpp"
#include "hw/wakeup.hpp"

#include <fmt/format.h>
#include <gpiod.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <exception>
#include <poll.h>
#include <system_error>
#include <thread>
#include <utility>

namespace ledactor::hw {

namespace {

/// Edges that are read with one call.
constexpr std::size_t edges_a_batch = 64;

/// How long a pull-up may take to lift a line that nothing else drives: 50 kohm and 10 nF, the
/// weakest of a Raspberry Pi and a very long wire, and as much again.
constexpr std::chrono::milliseconds settling_time{1};

input_levels read_levels(gpiod::line_request& inputs) {
  const auto values = inputs.get_values();
  input_levels levels;
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    levels.buttons |= level_set{values[i] == gpiod::line::value::ACTIVE} << i;
  }
  levels.control = values.back() == gpiod::line::value::ACTIVE;
  return levels;
}

error lost(const std::string& chip, std::error_code why) {
  return {fault::lost,
          fmt::format("{} {}: {}", chip,
                      why == std::errc::no_such_device ? "is gone" : "has failed", why.message())};
}

class gpio_board final : public board {
public:
  gpio_board(gpio_lines lines, board_events events)
      : lines_(std::move(lines)), events_(std::move(events)), reader_([this] { read_edges(); }) {}

  ~gpio_board() override {
    stopping_ = true;
    wakeup_.notify();
    reader_.join();
    write_leds(0);  // should it fail, the chip is gone, and the LEDs with it
  }

  std::variant<input_levels, error> read_inputs() override {
    try {
      return read_levels(lines_.inputs);
    } catch (const std::exception& e) {
      return lost(lines_.chip, code_of(e));
    }
  }

  std::optional<error> write_leds(level_set lit) override {
    gpiod::line::values values;
    for (std::size_t i = 0; i < lines_.led_offsets.size(); ++i) {
      const bool on = ((lit >> i) & 1U) != 0;
      values.push_back(on ? gpiod::line::value::ACTIVE : gpiod::line::value::INACTIVE);
    }
    try {
      lines_.leds.set_values(lines_.led_offsets, values);
      return std::nullopt;
    } catch (const std::exception& e) {
      return lost(lines_.chip, code_of(e));
    }
  }

private:
  void read_edges() {
    gpiod::edge_event_buffer batch{edges_a_batch};
    std::array<pollfd, 2> fds{{{wakeup_.fd(), POLLIN, 0}, {lines_.inputs.fd(), POLLIN, 0}}};
    while (!stopping_) {
      if (::poll(fds.data(), fds.size(), -1) < 0) {
        if (errno == EINTR) {
          continue;
        }
        events_.on_failure(lost(lines_.chip, {errno, std::system_category()}));
        return;
      }
      if ((fds[1].revents & (POLLERR | POLLHUP)) != 0) {
        events_.on_failure(lost(lines_.chip, std::make_error_code(std::errc::no_such_device)));
        return;
      }
      if ((fds[1].revents & POLLIN) != 0 && !read_batch(batch)) {
        return;
      }
    }
  }

  bool read_batch(gpiod::edge_event_buffer& batch) {
    try {
      lines_.inputs.read_edge_events(batch);
    } catch (const std::exception& e) {
      events_.on_failure(lost(lines_.chip, code_of(e)));
      return false;
    }
    for (const auto& event : batch) {
      const auto input =
          std::find(lines_.input_offsets.begin(), lines_.input_offsets.end(), event.line_offset());
      events_.on_edge({
          static_cast<std::uint32_t>(input - lines_.input_offsets.begin()),
          event.type() == gpiod::edge_event::event_type::RISING_EDGE,
          event.global_seqno(),
          timestamp{event.timestamp_ns().ns()},
      });
    }
    return true;
  }

  gpio_lines lines_;
  board_events events_;
  wakeup wakeup_;
  std::atomic<bool> stopping_ = false;
  std::thread reader_;  ///< last, so that it starts when all else is there
};

}  // namespace

std::variant<std::unique_ptr<board>, error> open_gpio_board(gpio_config& config,
                                                            board_events events) {
  auto lines = request_lines(config);
  if (auto* why = std::get_if<error>(&lines)) {
    return std::move(*why);
  }
  auto& taken = std::get<gpio_lines>(lines);
  if (config.chip == automatic_chip) {
    config.chip = taken.label;
  }
  return std::make_unique<gpio_board>(std::move(taken), std::move(events));
}

std::variant<std::size_t, error> clear_gpio_leds(const gpio_config& config) {
  auto leds = request_leds(config);
  if (auto* why = std::get_if<error>(&leds)) {
    return std::move(*why);
  }
  return std::get<gpiod::line_request>(leds).num_lines();  // the request itself turns them off
}

std::variant<input_levels, error> look_at_gpio_inputs(const gpio_config& config) {
  auto inputs = request_inputs(config);
  if (auto* why = std::get_if<error>(&inputs)) {
    return std::move(*why);
  }
  std::this_thread::sleep_for(settling_time);
  try {
    return read_levels(std::get<gpiod::line_request>(inputs));
  } catch (const std::exception& e) {
    return lost(config.chip, code_of(e));
  }
}

}  // namespace ledactor::hw
