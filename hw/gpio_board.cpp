#include "hw/gpio_board.hpp"

#include "hw/gpio_error.hpp"
#include "hw/gpio_request.hpp"
#include "hw/poll_set.hpp"

#include <fmt/format.h>
#include <gpiod.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <system_error>
#include <thread>
#include <utility>

namespace ledactor::hw {

namespace {

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
  explicit gpio_board(gpio_lines lines) : lines_(std::move(lines)) {
    const auto fd = lines_.inputs.fd();
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    ready_.add(fd, EPOLLIN, 1);
  }

  ~gpio_board() override {
    write_leds(0);  // should it fail, the chip is gone, and the LEDs with it
  }

  int fd() const override { return ready_.fd(); }

  std::optional<error> take_edges(std::vector<edge>& edges) override {
    try {
      lines_.inputs.read_edge_events(batch_);
    } catch (const std::exception& e) {
      const auto why = code_of(e);
      if (why != std::errc::resource_unavailable_try_again) {
        return lost(lines_.chip, why);
      }
      return is_gone()
                 ? std::optional{lost(lines_.chip, std::make_error_code(std::errc::no_such_device))}
                 : std::nullopt;
    }
    for (const auto& event : batch_) {
      const auto input =
          std::find(lines_.input_offsets.begin(), lines_.input_offsets.end(), event.line_offset());
      edges.push_back({
          static_cast<std::uint32_t>(input - lines_.input_offsets.begin()),
          event.type() == gpiod::edge_event::event_type::RISING_EDGE,
          event.global_seqno(),
          timestamp{event.timestamp_ns().ns()},
      });
    }
    return std::nullopt;
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
  /// Whether the kernel says that nothing follows: some versions let it be read all the same.
  bool is_gone() const {
    pollfd inputs{lines_.inputs.fd(), 0, 0};  // POLLERR and POLLHUP come unasked
    return ::poll(&inputs, 1, 0) > 0;
  }

  gpio_lines lines_;
  poll_set ready_;  ///< so that who watches it does not hold the lines longer than this does
  gpiod::edge_event_buffer batch_{max_edges_at_once};
};

}  // namespace

std::variant<std::unique_ptr<board>, error> open_gpio_board(gpio_config& config) {
  auto lines = request_lines(config);
  if (auto* why = std::get_if<error>(&lines)) {
    return std::move(*why);
  }
  auto& taken = std::get<gpio_lines>(lines);
  if (config.chip == automatic_chip) {
    config.chip = taken.label;
  }
  return std::make_unique<gpio_board>(std::move(taken));
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
