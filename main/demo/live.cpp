#include "main/demo/live.hpp"

#include "main/demo/failure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace ledactor::demo {

namespace {

constexpr std::size_t keys_each = channels + 1;
/// One has the seat, the other waits for it.
constexpr std::size_t clients_wanted = 2;
constexpr std::size_t max_events = 50;
/// How long a change waits to be drawn: a press is drawn together with its LED, and drawing does
/// not stand between the LED's line and the clock.
constexpr std::chrono::milliseconds redraw_delay{5};
constexpr auto server_idle = "waits for a client";
constexpr auto client_idle = "dials";

/// The button of a board as its stdin names it.
std::string button_name(std::size_t key) {
  auto button = key % keys_each;
  return button < channels ? std::to_string(button + 1) : "control";
}

std::string figures(const latency& times) {
  if (times.count() == 0) {
    return "not yet measured";
  }
  return fmt::format("last {}, median {} of {}", in_words(times.last()), in_words(times.median()),
                     times.count());
}

/// Milliseconds for poll until `when`, rounded up, lest it wake too early and often.
int timeout_until(std::optional<clock::time_point> when) {
  if (!when) {
    return -1;
  }
  auto left = std::chrono::ceil<std::chrono::milliseconds>(*when - clock::now());
  return static_cast<int>(std::max(left, std::chrono::milliseconds{0}).count());
}

}  // namespace

live::live(rig& place)
    : place_(place),
      interrupts_{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH},
      begin_(clock::now()) {
  // Before the boards: the terminal's guard is to inherit nothing of theirs.
  terminal_.emplace(view_rows, view_columns);
  server_ = std::make_shared<live_board>(place_.start_server("left"), server_idle);
  start_client();
  seated_ = clients_.front();
  redraw_soon();
}

live::~live() {
  terminal_.reset();
  // All at once, so that nobody waits for another's end.
  server_->process.ask_to_end();
  for (auto& client : clients_) {
    client->process.ask_to_end();
  }
}

void live::run() {
  while (!leave_) {
    wait();
    on_signals();
    on_lines(server_);
    // A copy, since the list may change on the way.
    for (const auto& client : std::vector<board_ptr>{clients_}) {
      on_lines(client);
    }
    on_ends();
    // The first is to have the seat, so the next comes when it has been told what it has.
    if (clients_.empty() || (clients_.size() < clients_wanted && clients_.front()->spoke)) {
      start_client();
    }
    on_input();
    keypad_.expire(clock::now());
    apply_keys();
    if (redraw_at_ && clock::now() >= *redraw_at_) {
      redraw_at_.reset();
      draw(compose());
    }
  }
}

void live::wait() {
  std::vector<pollfd> sources{{STDIN_FILENO, POLLIN, 0}, {interrupts_.fd(), POLLIN, 0}};
  auto add = [&sources](const board_ptr& board) {
    sources.push_back({board->process.output(), POLLIN, 0});
    sources.push_back({board->process.process(), POLLIN, 0});
  };
  add(server_);
  std::for_each(clients_.begin(), clients_.end(), add);
  auto deadline = keypad_.next_expiry();
  if (redraw_at_ && (!deadline || *redraw_at_ < *deadline)) {
    deadline = redraw_at_;
  }
  ::poll(sources.data(), sources.size(), timeout_until(deadline));
  // The terminal is gone, and SIGHUP need not have come to us.
  if ((sources.front().revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
    leave_ = true;
  }
}

void live::on_signals() {
  while (auto number = interrupts_.next()) {
    if (*number == SIGTSTP) {
      terminal_->suspend();
      redraw_soon();
    } else if (*number == SIGWINCH) {
      terminal_->resize();
      redraw_soon();
    } else {
      leave_ = true;
    }
  }
}

void live::on_input() {
  while (auto what = terminal_->next()) {
    if (what->what == stroke::kind::key) {
      on_key(what->key);
    } else {
      on_mouse(*what);
    }
    redraw_soon();
  }
}

void live::on_key(int key) {
  if (key >= '0' && key <= '9') {
    // The row of a keyboard: 1 to 9, then 0.
    auto index = static_cast<std::size_t>(key - '0' + 9) % keypad::keys;
    auto control = index % keys_each == channels;
    keypad_.strike(index, latch_ && !control, clock::now());
  } else if (key == ' ') {
    latch_ = !latch_;
  } else if (key == 'x' || key == 'X') {
    pull_or_plug();
  } else if (key == 'k' || key == 'K') {
    cut_power();
  } else if (key == 'q' || key == 'Q') {
    leave_ = true;
  }
}

void live::on_mouse(const stroke& what) {
  if (what.what == stroke::kind::mouse_up) {
    for (std::size_t key = 0; key < keypad::keys; ++key) {
      keypad_.let_go(key);
    }
  } else if (auto key = key_at(what.row, what.column)) {
    keypad_.grab(*key);
  }
}

void live::on_lines(const board_ptr& board) {
  board->process.receive();
  while (auto line = board->process.next_line()) {
    on_line(board, *line);
  }
}

void live::on_line(const board_ptr& board, const timed_line& line) {
  redraw_soon();
  auto parsed = parse(line.text);
  if (!parsed) {
    note(board->process.name(), "printed: " + line.text);
    return;
  }
  board->take(*parsed);
  if (parsed->what == board_line::kind::led) {
    on_led(board, *parsed, line.at);
    return;
  }
  note(board->process.name(), line.text);
  if (parsed->what == board_line::kind::link_down) {
    pressed_.fill(std::nullopt);
  } else if (parsed->what == board_line::kind::link_up && board != server_) {
    seat(board);
  }
}

void live::on_led(const board_ptr& board, const board_line& line, clock::time_point at) {
  // The left's LEDs tell of the right's buttons, and the other way round.
  std::size_t presser = board == server_ ? 1 : 0;
  if (line.number > channels || (presser == 0 && board != seated_)) {
    return;
  }
  auto& pressed = pressed_.at(presser * keys_each + line.number - 1);
  if (line.on && pressed) {
    times_.at(presser).add(at - *pressed);
    pressed.reset();
  }
}

void live::on_ends() {
  if (auto end = server_->process.ended()) {
    place_.keep_logs();
    throw failure(exit_failed, fmt::format("the board left ended ({}); its log: {}", end->words(),
                                           server_->process.log_file()));
  }
  for (const auto& client : std::vector<board_ptr>{clients_}) {
    auto end = client->process.ended();
    if (!end) {
      continue;
    }
    on_lines(client);
    // Killed from outside is as good as killed by key; anything else is not what boards do.
    auto killed = end->killed && (end->code == SIGKILL || end->code == SIGTERM);
    if (!client->spoke || !(killed || (!end->killed && end->code == 0))) {
      place_.keep_logs();
      throw failure(exit_failed,
                    fmt::format("the board {} ended ({}); its log: {}", client->process.name(),
                                end->words(), client->process.log_file()));
    }
    note(client->process.name(), end->words());
    client->linked = false;
    clients_.erase(std::find(clients_.begin(), clients_.end(), client));
  }
}

void live::start_client() {
  ++started_;
  auto name = started_ == 1 ? std::string{"right"} : fmt::format("right-{}", started_);
  clients_.push_back(std::make_shared<live_board>(place_.start_client(name), client_idle));
}

void live::seat(const board_ptr& client) {
  if (client == seated_) {
    return;
  }
  // What is held at the right is held on the board that loses the seat.
  for (auto key = keys_each; key < keypad::keys; ++key) {
    if (std::exchange(told_.at(key), false)) {
      seated_->process.tell("release " + button_name(key));
    }
  }
  keypad_.spend(keys_each, keys_each, clock::now());
  seated_ = client;
}

void live::apply_keys() {
  for (std::size_t key = 0; key < keypad::keys; ++key) {
    auto down = keypad_.down(key);
    if (down == told_.at(key)) {
      continue;
    }
    told_.at(key) = down;
    redraw_soon();
    auto& board = key < keys_each ? server_ : seated_;
    auto when = board->process.tell((down ? "press " : "release ") + button_name(key));
    if (!when) {
      note(board->process.name(), "takes no lines");
    }
    auto linked = server_->linked && seated_->linked && !seated_->frozen;
    pressed_.at(key) = down && linked ? when : std::nullopt;
  }
}

void live::pull_or_plug() {
  auto frozen = std::find_if(clients_.begin(), clients_.end(),
                             [](const board_ptr& client) { return client->frozen; });
  if (frozen != clients_.end()) {
    (*frozen)->thaw();
    note((*frozen)->process.name(), "its cable is plugged in again");
  } else if (seated_->process.process() >= 0) {
    seated_->freeze();
    note(seated_->process.name(), "its cable is pulled");
  }
}

void live::cut_power() {
  if (seated_->process.process() >= 0) {
    seated_->process.send_signal(SIGKILL);
    note(seated_->process.name(), "its power is cut");
  }
}

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
