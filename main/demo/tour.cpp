#include "main/demo/tour.hpp"

#include "main/demo/say.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <csignal>
#include <utility>

namespace ledactor::demo {

namespace {

/// Longer than a button is locked out after an edge (5 ms).
constexpr std::chrono::milliseconds settled{20};
/// The same, for the presses that are measured: one button rests while the others are pressed.
constexpr std::chrono::milliseconds short_press{6};
/// A busy machine may be this late; the tour checks behaviour, and says how long it took.
constexpr std::chrono::seconds allowance{5};

/// Where to look on in a browser, while the tour lasts.
std::string pages(const rig& place) {
  if (place.client_pages().empty()) {
    return "No ports are free for the boards' pages.";
  }
  return fmt::format("To look on in a browser: left's page is {}, its clients' are {}.",
                     place.server_page(), fmt::join(place.client_pages(), " and "));
}

void check_within(std::chrono::nanoseconds time, std::chrono::nanoseconds most) {
  if (time > most) {
    throw step_failure("it within " + in_words(most), in_words(time));
  }
}

}  // namespace

tour::tour(rig& place) : place_(place), stage_(place) {}

int tour::run() {
  auto begin = clock::now();
  say(fmt::format(
      "A tour of simulated boards on 127.0.0.1:{}, with key {}: a heartbeat each {}, dead "
      "after {}.",
      place_.port(), place_.fingerprint(), in_words(rig::heartbeat), in_words(rig::dead_after)));
  say(pages(place_));
  try {
    link_up();
    press(*left_, *right_);
    press(*right_, *left_);
    measure(*left_, *right_, rightward_);
    measure(*right_, *left_, leftward_);
    wait_in_queue();
    kick();
    freeze();
    kill();
    quit();
    restart_server();
    end();
  } catch (const step_failure& bad) {
    place_.keep_logs();
    say(fmt::format("FAIL  {}", step_));
    say(fmt::format("      expected: {}", bad.expected));
    say(fmt::format("      instead:  {}", bad.instead));
    say(fmt::format("      besides:  {}", stage_.unread()));
    say(fmt::format("      logs:     {}/*.log", place_.logs()));
    return exit_failed;
  } catch (const unheard&) {
    throw;  // there is nothing to look for in the logs
  } catch (const failure&) {
    place_.keep_logs();
    throw;
  }
  say(fmt::format(
      "All {} steps passed in {}. Press-to-LED median: left to right {}, right to left {}"
      "\n(from writing \"press\" to one board until reading the other's \"led\").",
      passed_, in_words(clock::now() - begin), in_words(rightward_.median()),
      in_words(leftward_.median())));
  return 0;
}

void tour::ok(const std::string& what) {
  say(fmt::format("ok    {:8} {}", step_ + ":", what));
  ++passed_;
}

void tour::link_up() {
  step("link");
  auto begin = clock::now();
  left_ = &stage_.start_server("left");
  right_ = &stage_.start_client("right");
  stage_.expect(*left_, "link up right");
  auto linked = stage_.expect(*right_, "link up left");
  ok(fmt::format("left and right are linked ({} after their start)", in_words(linked - begin)));
}

void tour::press(child_board& from, child_board& to) {
  step("press");
  for (std::size_t i = 1; i <= channels; ++i) {
    auto pressed = stage_.tell(from, fmt::format("press {}", i));
    auto lit = stage_.expect(to, fmt::format("led {} on", i));
    // Held, it stays lit.
    stage_.expect_quiet(settled);
    auto released = stage_.tell(from, fmt::format("release {}", i));
    auto dark = stage_.expect(to, fmt::format("led {} off", i));
    ok(fmt::format("{0}'s button {1} lights {2}'s LED {1} ({3}) until released ({4})", from.name(),
                   i, to.name(), in_words(lit - pressed), in_words(dark - released)));
  }
}

void tour::measure(child_board& from, child_board& to, latency& times) {
  step("times");
  stage_.expect_quiet(settled);
  for (std::size_t i = 0; i < presses; ++i) {
    // The buttons in turn, so that each has long settled when it is pressed again.
    auto button = i % channels + 1;
    auto pressed = stage_.tell(from, fmt::format("press {} {}", button, short_press.count()));
    times.add(stage_.expect(to, fmt::format("led {} on", button)) - pressed);
    stage_.expect(to, fmt::format("led {} off", button));
  }
  ok(fmt::format("{} presses, {} to {}: median {}, 99 % within {}, longest {}", presses,
                 from.name(), to.name(), in_words(times.median()), in_words(times.quantile(0.99)),
                 in_words(times.quantile(1))));
}

void tour::wait_in_queue() {
  step("queue");
  auto begin = clock::now();
  waiting_ = &stage_.start_client("second");
  auto told = stage_.expect(*waiting_, "waiting 1 right");
  ok(fmt::format("second is told that it waits at place 1 and right has the seat ({})",
                 in_words(told - begin)));
}

void tour::kick() {
  step("kick");
  stage_.tell(*left_, "press 2");
  stage_.expect(*right_, "led 2 on");
  auto kicked = stage_.tell(*left_, fmt::format("press control {}", short_press.count()));
  stage_.expect(*left_, "link down kicked");
  stage_.expect(*left_, "link up second");
  stage_.expect_all(*right_, {"kicked", "link down kicked", "led 2 off"});
  auto left = stage_.expect_exit(*right_, 0);
  ok(fmt::format("left kicks right, whose LEDs go off and which exits 0 ({})",
                 in_words(left - kicked)));
  right_ = waiting_;
  auto seated = stage_.expect_all(*right_, {"link up left", "led 2 on"});
  check_within(seated - kicked, allowance);
  ok(fmt::format("second has the seat at once ({}); its LED 2 shows that left holds button 2",
                 in_words(seated - kicked)));
  stage_.tell(*left_, "release 2");
  stage_.expect(*right_, "led 2 off");
}

void tour::freeze() {
  step("loss");
  stage_.tell(*right_, "press 3");
  stage_.expect(*left_, "led 3 on");
  auto frozen = clock::now();
  right_->send_signal(SIGSTOP);
  auto lost = stage_.expect_all(*left_, {"led 3 off", "link down *"}) - frozen;
  check_within(lost, rig::dead_after + allowance);
  ok(fmt::format("second freezes with button 3 held: left's LED 3 goes off ({}; dead after {})",
                 in_words(lost), in_words(rig::dead_after)));
  auto thawed = clock::now();
  right_->send_signal(SIGCONT);
  stage_.expect(*right_, "link down *");
  stage_.expect(*right_, "link up left");
  auto shown = stage_.expect_all(*left_, {"link up second", "led 3 on"});
  ok(fmt::format("thawed, second links again, and left's LED 3 is true again ({})",
                 in_words(shown - thawed)));
  stage_.tell(*right_, "release 3");
  stage_.expect(*left_, "led 3 off");
}

void tour::kill() {
  step("death");
  stage_.tell(*right_, "press 4");
  stage_.expect(*left_, "led 4 on");
  auto killed = clock::now();
  right_->send_signal(SIGKILL);
  auto lost = stage_.expect_all(*left_, {"led 4 off", "link down *"});
  stage_.expect_killed(*right_, SIGKILL);
  ok(fmt::format("second is killed with button 4 held: left's LED 4 goes off ({})",
                 in_words(lost - killed)));
  seat_client("third");
}

void tour::quit() {
  step("quit");
  auto begin = stage_.tell(*right_, fmt::format("press control {}", short_press.count()));
  auto told = stage_.expect(*left_, "link down quit");
  stage_.expect(*right_, "link down quit");
  stage_.expect_exit(*right_, 0);
  ok(fmt::format("third's control button: it exits 0, and left knows that it quit ({})",
                 in_words(told - begin)));
  seat_client("fourth");
}

void tour::seat_client(std::string_view name) {
  auto begin = clock::now();
  right_ = &stage_.start_client(name);
  stage_.expect(*right_, "link up left");
  auto linked = stage_.expect(*left_, fmt::format("link up {}", name));
  ok(fmt::format("{} takes the free seat ({} after its start)", name, in_words(linked - begin)));
}

void tour::restart_server() {
  step("restart");
  stage_.tell(*right_, "press 1");
  stage_.expect(*left_, "led 1 on");
  end_by_signal(*left_, {"led 1 off", "link down shutdown"});
  stage_.expect(*right_, "link down shutdown");
  auto begin = clock::now();
  left_ = &stage_.start_server("left");
  stage_.expect(*right_, "link up left");
  auto shown = stage_.expect_all(*left_, {"link up fourth", "led 1 on"});
  ok(fmt::format("a new left is found by fourth, and shows its button 1 ({} after its start)",
                 in_words(shown - begin)));
}

void tour::end() {
  step("end");
  stage_.tell(*left_, "press 2");
  stage_.expect(*right_, "led 2 on");
  end_by_signal(*right_, {"led 2 off", "link down shutdown"});
  stage_.expect_all(*left_, {"led 1 off", "link down shutdown"});
  end_by_signal(*left_, {});
}

void tour::end_by_signal(child_board& board, std::vector<std::string_view> last_lines) {
  auto name = board.name();
  auto begin = clock::now();
  board.send_signal(SIGTERM);
  stage_.expect_all(board, std::move(last_lines));
  auto time = stage_.expect_exit(board, 0) - begin;
  check_within(time, allowance);
  ok(fmt::format("SIGTERM ends {}: LEDs off, exit 0 ({})", name, in_words(time)));
}

}  // namespace ledactor::demo
