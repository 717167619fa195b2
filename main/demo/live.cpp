#include "main/demo/live.hpp"

#include "main/demo/failure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace ledactor::demo {

namespace {

/// One has the seat, the other waits for it.
constexpr std::size_t clients_wanted = 2;
constexpr auto server_idle = "waits for a client";
constexpr auto client_idle = "dials";

/// Milliseconds for poll until `when`, rounded up, lest it wake too early and often.
int timeout_until(std::optional<clock::time_point> when) {
  if (!when) {
    return -1;
  }
  auto left = std::chrono::ceil<std::chrono::milliseconds>(*when - clock::now());
  return static_cast<int>(std::max(left, std::chrono::milliseconds{0}).count());
}

}  // namespace

live::live(rig& place) : place_(place), interrupts_{SIGTSTP, SIGWINCH}, begin_(clock::now()) {
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
    fail(server_->process, *end);
  }
  for (const auto& client : std::vector<board_ptr>{clients_}) {
    auto end = client->process.ended();
    if (!end) {
      continue;
    }
    on_lines(client);
    // Killed from outside is as good as killed by key; anything else is not what boards do.
    auto proper = end->killed ? end->code == SIGKILL || end->code == SIGTERM : end->code == 0;
    if (!client->cut && !(client->spoke && proper)) {
      fail(client->process, *end);
    }
    note(client->process.name(), end->words());
    client->linked = false;
    client->leds.fill(false);
    clients_.erase(std::find(clients_.begin(), clients_.end(), client));
  }
}

void live::fail(const child_board& board, const ending& end) {
  place_.keep_logs();
  throw failure(exit_failed,
                fmt::format("the board {} ended ({}); its log, {}, ends with: {}", board.name(),
                            end.words(), board.log_file(), board.last_words()));
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

}  // namespace ledactor::demo
