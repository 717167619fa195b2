#include "hw/sim_desk.hpp"

#include "hw/sim_board.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace ledactor::hw {

namespace {

timespec to_timespec(std::chrono::nanoseconds span) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(span);
  return {static_cast<time_t>(seconds.count()), static_cast<long>((span - seconds).count())};
}

}  // namespace

sim_desk::sim_desk(const sim_config& config, int input, int output,
                   std::function<void(const std::string&)> complain)
    : config_(config), input_(input), complain_(std::move(complain)), output_(output) {
  for (std::size_t i = 0; i <= config_.num_buttons; ++i) {  // the control button is one more
    contacts_.emplace_back(config_.bounce, i + 1);
  }
  thread_ = std::thread{[this] {
    run();
  }};
}

sim_desk::~sim_desk() {
  stopping_ = true;
  wakeup_.notify();
  thread_.join();
  output_.drain();
}

bool sim_desk::move_finger(std::uint32_t input, bool pressed) {
  {
    const std::lock_guard guard{mutex_};
    if (moves_.size() == max_finger_moves) {
      return false;
    }
    moves_.push_back({input, pressed});
  }
  wakeup_.notify();
  return true;
}

void sim_desk::say(std::string_view line) {
  remember_backlog(output_.say(line));
}

std::unique_ptr<board> sim_desk::open(board_events events) {
  return std::make_unique<sim_board>(*this, std::move(events));
}

void sim_desk::attach(std::shared_ptr<board_events> events) {
  const std::lock_guard guard{mutex_};
  events_ = std::move(events);
  edges_ = 0;
  if (!std::exchange(opened_, true)) {
    input_open_ = true;
    wakeup_.notify();
  }
}

void sim_desk::detach() {
  const std::lock_guard guard{mutex_};
  events_.reset();
}

input_levels sim_desk::read_inputs() const {
  const std::lock_guard guard{mutex_};
  const auto now = monotonic_now();
  input_levels levels;
  for (std::size_t i = 0; i < config_.num_buttons; ++i) {
    levels.buttons |= level_set{contacts_[i].is_active_at(now)} << i;
  }
  levels.control = contacts_.back().is_active_at(now);
  return levels;
}

void sim_desk::write_leds(level_set lit) {
  remember_backlog(output_.show_leds(lit));
}

void sim_desk::remember_backlog(bool drained) {
  if (!drained && !output_waits_.exchange(true)) {
    wakeup_.notify();  // the desk's thread polls the output from now on
  }
}

void sim_desk::run() {
  while (!stopping_) {
    wait_for_event();
    move_fingers();
    move_contacts();
  }
}

void sim_desk::wait_for_event() {
  std::optional<timestamp> next;
  for (const auto& contact : contacts_) {  // this thread alone changes them
    const auto event = contact.next_event();
    next = event && next ? std::min(*event, *next) : (event ? event : next);
  }
  timespec timeout{};
  if (next) {
    timeout = to_timespec(std::max(*next - monotonic_now(), std::chrono::nanoseconds{0}));
  }
  std::array<pollfd, 3> fds{{{wakeup_.fd(), POLLIN, 0},
                             {input_open_ ? input_ : -1, POLLIN, 0},
                             {output_waits_ ? output_.fd() : -1, POLLOUT, 0}}};
  if (::ppoll(fds.data(), fds.size(), next ? &timeout : nullptr, nullptr) <= 0) {
    return;
  }
  if (fds[0].revents != 0) {
    wakeup_.clear();
  }
  if (fds[2].revents != 0) {
    output_waits_ = false;
    remember_backlog(output_.drain());
  }
  if (fds[1].revents != 0) {
    read_input();
  }
}

void sim_desk::read_input() {
  std::array<char, 4096> chunk;
  const auto got = ::read(input_, chunk.data(), chunk.size());
  if (got <= 0) {
    input_open_ = got < 0 && (errno == EINTR || errno == EAGAIN);
    return;
  }
  lines_.feed({chunk.data(), static_cast<std::size_t>(got)},
              [this](std::optional<std::string_view> line) { take_line(line); });
}

void sim_desk::take_line(std::optional<std::string_view> line) {
  if (!line) {
    complain_(fmt::format("a line of more than {} bytes is skipped", max_command_length));
    return;
  }
  if (line->find_first_not_of(" \t\r") == std::string_view::npos) {
    return;
  }
  const auto parsed = parse_sim_command(*line, config_.num_buttons);
  if (const auto* complaint = std::get_if<std::string>(&parsed)) {
    complain_(*complaint);
    return;
  }
  const auto& command = std::get<sim_command>(parsed);
  const auto now = monotonic_now();
  move_contacts();  // what is due comes before what the line asks for
  if (const auto* press = std::get_if<press_command>(&command)) {
    {
      const std::lock_guard guard{mutex_};
      contacts_[press->input].press(now, press->hold);
    }
    move_contact(press->input, now);  // before the next line, so that no change is passed over
  } else if (const auto* release = std::get_if<release_command>(&command)) {
    {
      const std::lock_guard guard{mutex_};
      contacts_[release->input].release(now);
    }
    move_contact(release->input, now);
  } else {
    remember_backlog(output_.list_leds(config_.num_leds));
  }
}

void sim_desk::move_fingers() {
  for (;;) {
    const auto now = monotonic_now();
    std::uint32_t input = 0;
    {
      const std::lock_guard guard{mutex_};
      if (moves_.empty()) {
        return;
      }
      const auto move = moves_.front();
      moves_.pop_front();
      input = move.input;
      if (move.pressed) {
        contacts_[input].press(now, std::nullopt);
      } else {
        contacts_[input].release(now);
      }
    }
    move_contact(input, now);
  }
}

void sim_desk::move_contacts() {
  const auto now = monotonic_now();
  for (std::uint32_t input = 0; input < contacts_.size(); ++input) {
    move_contact(input, now);
  }
}

void sim_desk::move_contact(std::uint32_t input, timestamp now) {
  for (;;) {
    std::optional<sim_contact::flip> flip;
    {
      const std::lock_guard guard{mutex_};
      flip = contacts_[input].take_due(now);
    }
    if (!flip) {
      return;
    }
    report(input, *flip);
  }
}

void sim_desk::report(std::uint32_t input, const sim_contact::flip& flip) {
  std::shared_ptr<board_events> events;
  std::uint64_t number = 0;
  {
    const std::lock_guard guard{mutex_};
    events = events_;
    number = ++edges_;
  }
  if (events) {  // outside the lock: it may block until the board's owner has caught up
    events->on_edge({input, flip.active, number, flip.when});
  }
}

}  // namespace ledactor::hw
