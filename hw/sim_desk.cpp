#include "hw/sim_desk.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <limits>
#include <sys/epoll.h>
#include <unistd.h>
#include <utility>

namespace ledactor::hw {

namespace {

/// Of the shortest line that makes an edge, `press 1` [bytes].
constexpr std::size_t shortest_line = 8;

// What is waited for, in `poll_set`.
constexpr std::uint32_t input_tag = 1;
constexpr std::uint32_t output_tag = 2;
constexpr std::uint32_t wakeup_tag = 4;
constexpr std::uint32_t timer_tag = 8;

}  // namespace

/// A board of simulated lines.
class sim_desk::sim_board final : public board {
public:
  explicit sim_board(sim_desk& desk) : desk_(desk) { desk_.attach(); }
  ~sim_board() override { desk_.write_leds(0); }

  int fd() const override { return desk_.ready_.fd(); }

  std::optional<error> take_edges(std::vector<edge>& edges) override {
    desk_.take_edges(edges);
    return std::nullopt;
  }

  std::variant<input_levels, error> read_inputs() override { return desk_.read_inputs(); }

  std::optional<error> write_leds(level_set lit) override {
    desk_.write_leds(lit);
    return std::nullopt;
  }

private:
  sim_desk& desk_;
};

/// One call of `take_edges`. All that it does is done at the same moment, so that each line and
/// each move of a finger makes one edge at most.
struct sim_desk::turn {
  std::vector<edge>& edges;
  std::size_t room = max_edges_at_once;  ///< for edges
  timestamp now = monotonic_now();
};

sim_desk::sim_desk(const sim_config& config, int input, int output,
                   std::function<void(const std::string&)> complain)
    : config_(config), input_(input), complain_(std::move(complain)), output_(output, complain_) {
  for (std::size_t i = 0; i <= config_.num_buttons; ++i) {  // the control button is one more
    contacts_.emplace_back(config_.bounce, i + 1);
  }
  ready_.add(timer_.fd(), EPOLLIN, timer_tag);
  ready_.add(wakeup_.fd(), EPOLLIN, wakeup_tag);
  is_file_ = !ready_.add(input_, EPOLLIN, input_tag);
  if (is_file_) {
    wakeup_.notify();
  }
}

sim_desk::~sim_desk() {
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
  watch_output(output_.say(line));
}

std::unique_ptr<board> sim_desk::open() {
  return std::make_unique<sim_board>(*this);
}

/// What the contacts have done meanwhile is nobody's edge.
void sim_desk::attach() {
  std::vector<edge> missed;
  turn t{missed, std::numeric_limits<std::size_t>::max()};
  move_contacts(t);
  set_timer();
  edges_ = 0;
}

void sim_desk::take_edges(std::vector<edge>& edges) {
  const auto ready = ready_.ready();
  turn t{edges};
  if ((ready & output_tag) != 0) {
    watch_output(output_.drain());
  }
  move_contacts(t);  // what is due comes before what is asked for
  if ((ready & wakeup_tag) != 0) {
    move_fingers(t);
  }
  if (t.room > 0 && (is_file_ || (ready & input_tag) != 0)) {
    read_input(t);
  }
  set_timer();
}

input_levels sim_desk::read_inputs() const {
  const auto now = monotonic_now();
  input_levels levels;
  for (std::size_t i = 0; i < config_.num_buttons; ++i) {
    levels.buttons |= level_set{contacts_[i].is_active_at(now)} << i;
  }
  levels.control = contacts_.back().is_active_at(now);
  return levels;
}

void sim_desk::write_leds(level_set lit) {
  watch_output(output_.show_leds(lit));
}

void sim_desk::watch_output(bool is_drained) {
  if (is_drained && std::exchange(output_waits_, false)) {
    ready_.remove(output_.fd());
  } else if (!is_drained && !std::exchange(output_waits_, true)) {
    ready_.add(output_.fd(), EPOLLOUT, output_tag);
  }
}

/// Reads no more lines than there is room for edges, the end of one that has begun included.
void sim_desk::read_input(turn& t) {
  std::array<char, max_edges_at_once * shortest_line> chunk;
  const auto got = ::read(input_, chunk.data(), t.room * shortest_line);
  if (got > 0) {
    lines_.feed({chunk.data(), static_cast<std::size_t>(got)},
                [&](std::optional<std::string_view> line) { take_line(line, t); });
  } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
    ready_.remove(input_);
    is_file_ = false;
  }
}

void sim_desk::take_line(std::optional<std::string_view> line, turn& t) {
  if (!line) {
    complain_(fmt::format("stdin: a line of more than {} bytes is skipped", max_command_length));
    return;
  }
  if (line->find_first_not_of(" \t\r") == std::string_view::npos) {
    return;
  }
  const auto parsed = parse_sim_command(*line, config_.num_buttons);
  if (const auto* complaint = std::get_if<std::string>(&parsed)) {
    complain_("stdin: " + *complaint);
    return;
  }
  const auto& command = std::get<sim_command>(parsed);
  if (const auto* press = std::get_if<press_command>(&command)) {
    contacts_[press->input].press(t.now, press->hold);
    move_contact(press->input, t.now, t);  // before the next line, so that no change is passed over
  } else if (const auto* release = std::get_if<release_command>(&command)) {
    contacts_[release->input].release(t.now);
    move_contact(release->input, t.now, t);
  } else {
    watch_output(output_.list_leds(config_.num_leds));
  }
}

void sim_desk::move_fingers(turn& t) {
  const std::lock_guard guard{mutex_};
  for (; t.room > 0 && !moves_.empty(); moves_.pop_front()) {
    const auto [input, pressed] = moves_.front();
    if (pressed) {
      contacts_[input].press(t.now, std::nullopt);
    } else {
      contacts_[input].release(t.now);
    }
    move_contact(input, t.now, t);
  }
  if (moves_.empty() && !is_file_) {
    wakeup_.clear();
  }
}

/// Has happen what is due, in the order of time, however late the desk is.
void sim_desk::move_contacts(turn& t) {
  for (auto next = next_move(); next && next->when <= t.now && t.room > 0; next = next_move()) {
    move_contact(next->input, next->when, t);
  }
}

void sim_desk::move_contact(std::uint32_t input, timestamp until, turn& t) {
  while (t.room > 0) {
    const auto flip = contacts_[input].take_due(until);
    if (!flip) {
      return;
    }
    t.edges.push_back({input, flip->active, ++edges_, flip->when});
    --t.room;
  }
}

/// What happens next without anybody's doing, if anything.
std::optional<sim_desk::move> sim_desk::next_move() const {
  std::optional<move> next;
  for (std::uint32_t input = 0; input < contacts_.size(); ++input) {
    const auto when = contacts_[input].next_event();
    if (when && (!next || *when < next->when)) {
      next = {input, *when};
    }
  }
  return next;
}

void sim_desk::set_timer() {
  const auto next = next_move();
  timer_.set(next ? std::optional{next->when} : std::nullopt);
}

}  // namespace ledactor::hw
