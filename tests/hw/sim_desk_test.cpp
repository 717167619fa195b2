#define CAF_SUITE sim_desk

#include "hw/sim_desk.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>

using namespace ledactor::hw;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 30s;

struct fixture {
  fixture() {
    REQUIRE_EQ(::pipe2(input.data(), O_CLOEXEC), 0);
    REQUIRE_EQ(::pipe2(output.data(), O_CLOEXEC), 0);
    lay_desk(input[0]);
  }
  ~fixture() {
    lying.reset();
    desk.reset();
    for (int fd : {input[0], input[1], output[0], output[1]}) {
      ::close(fd);
    }
  }

  void lay_desk(int from, std::chrono::nanoseconds bounce = 0ns) {
    desk.emplace(sim_config{.num_buttons = 4, .num_leds = 4, .bounce = bounce}, from, output[1],
                 [this](const std::string& text) { complaints.push_back(text); });
  }

  void open() { lying = desk->open(); }

  void type(std::string_view text) {
    CHECK_EQ(::write(input[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  std::string read_line() {
    std::string line;
    for (char c = 0; ::read(output[0], &c, 1) == 1 && c != '\n';) {
      line += c;
    }
    return line;
  }

  bool is_readable(std::chrono::milliseconds patience = 0ms) const {
    pollfd readable{lying->fd(), POLLIN, 0};
    return ::poll(&readable, 1, static_cast<int>(patience.count())) == 1;
  }

  /// What one call takes.
  std::size_t take() {
    const auto before = edges.size();
    CHECK(!lying->take_edges(edges));
    return edges.size() - before;
  }

  /// Takes what there is whenever the descriptor tells of it, until there are as many edges.
  void wait_for(std::size_t count) {
    while (edges.size() < count && is_readable(limit)) {
      CHECK(take() <= max_edges_at_once);
    }
    REQUIRE_EQ(edges.size(), count);
  }

  /// Takes what there is, until the descriptor tells of nothing.
  void take_all() {
    while (is_readable()) {
      take();
    }
  }

  /// Bytes that nobody has read.
  int in_pipe() const {
    int size = 0;
    ::ioctl(input[0], FIONREAD, &size);
    return size;
  }

  std::array<int, 2> input{};
  std::array<int, 2> output{};
  std::vector<edge> edges;
  std::vector<std::string> complaints;
  std::optional<sim_desk> desk;
  std::unique_ptr<board> lying;
};

/// As many presses and releases of a button, a line each.
std::string taps(std::size_t count, int button = 1) {
  std::string lines;
  for (std::size_t i = 0; i < count; ++i) {
    lines += (i % 2 == 0 ? "press " : "release ") + std::to_string(button) + "\n";
  }
  return lines;
}

struct file_closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("lines become edges, numbered and stamped") {
  open();
  const auto before = monotonic_now();
  type("press 2\nrelease 2\npress control\n");
  wait_for(3);
  CHECK_EQ(edges[0].input, 1U);
  CHECK(edges[0].active);
  CHECK(!edges[1].active);
  CHECK_EQ(edges[2].input, 4U);
  for (std::size_t i = 0; i < edges.size(); ++i) {
    CHECK_EQ(edges[i].number, i + 1);
    CHECK(edges[i].when >= before);
    CHECK(edges[i].when <= monotonic_now());
  }
  CHECK(!is_readable());
}

SCENARIO("a desk that is late does what was due in the order of time") {
  open();
  type("press 1 5\npress 2 1\n");
  wait_for(2);
  // Late for both.
  std::this_thread::sleep_until(std::chrono::steady_clock::time_point{edges[0].when} + 6ms);
  wait_for(4);
  CHECK_EQ(edges[2].input, 1U);
  CHECK_EQ(edges[3].input, 0U);
  CHECK((edges[3].when - edges[0].when) == 5ms);
}

SCENARIO("a press for a while is released by itself, on time") {
  open();
  type("press 1 5\npress 2 1\n");
  wait_for(4);
  CHECK_EQ(edges[2].input, 1U);
  CHECK_EQ((edges[2].when - edges[1].when).count(), std::chrono::nanoseconds{1ms}.count());
  CHECK_EQ((edges[3].when - edges[0].when).count(), std::chrono::nanoseconds{5ms}.count());
  CHECK(!is_readable());  // the timer is not due any more
}

SCENARIO("a contact that bounces settles, and each of its edges is seen in order") {
  lay_desk(input[0], 3ms);
  open();
  type("press 1\n");
  wait_for(1);
  while (edges.size() % 2 == 0 || is_readable(20ms)) {  // an even number of bounces follows
    take();
  }
  CHECK(edges.size() > 1);
  for (std::size_t i = 1; i < edges.size(); ++i) {
    CHECK_EQ(edges[i].active, i % 2 == 0);
    CHECK(edges[i].when >= edges[i - 1].when);
  }
  CHECK(edges.back().when <= edges.front().when + 3ms);
}

SCENARIO("fingers move by call as by line, and one too many is refused") {
  open();
  std::thread{[this] {
    CHECK(desk->move_finger(2, true));
    CHECK(desk->move_finger(2, false));
  }}.join();
  wait_for(2);
  CHECK_EQ(edges[0].input, 2U);
  CHECK(edges[0].active);
  CHECK(!edges[1].active);
  std::size_t taken = 0;
  while (desk->move_finger(1, taken % 2 == 0)) {
    ++taken;
  }
  CHECK_EQ(taken, max_finger_moves);
  wait_for(2 + taken);
  CHECK(!is_readable());
  CHECK(desk->move_finger(1, true));
}

SCENARIO("what is not taken stays in the pipe") {
  open();
  const auto lines = taps(1000);
  type(lines);
  CHECK_EQ(take(), 57U);  // in as many bytes as 64 of the shortest lines have
  CHECK_EQ(in_pipe(), static_cast<int>(lines.size() - std::size_t{64} * 8));
  CHECK(is_readable());
  wait_for(1000);
  CHECK(!is_readable());
}

SCENARIO("a flood on the input does not keep fingers and timers waiting") {
  open();
  type("press 3 1\n");
  wait_for(1);
  CHECK(is_readable(limit));  // the time is over
  type(taps(1000));
  CHECK(desk->move_finger(1, true));
  take();
  REQUIRE(edges.size() > 2);
  CHECK_EQ(edges[1].input, 2U);  // the timer
  CHECK_EQ(edges[2].input, 1U);  // the call
  CHECK(in_pipe() > 0);
}

SCENARIO("what is typed before the board is opened is not lost") {
  type("press 1\n");
  open();
  wait_for(1);
}

SCENARIO("a finger stays down while the board is opened anew") {
  open();
  type("press 3\npress 4 1\n");
  wait_for(2);
  CHECK(is_readable(limit));  // button 4's time is over
  lying.reset();
  type("press 1\n");
  edges.clear();
  open();
  const auto read = lying->read_inputs();
  CHECK_EQ(std::get<input_levels>(read).buttons, 0b100U);
  type("release 3\n");
  wait_for(2);
  CHECK_EQ(edges[0].input, 0U);  // typed when there was none; and nothing of button 4
  CHECK_EQ(edges[0].number, 1U);
  CHECK_EQ(edges[1].input, 2U);
}

SCENARIO("a board that is closed leaves its LEDs off") {
  open();
  lying->write_leds(0b10);
  CHECK_EQ(read_line(), "led 2 on");
  lying.reset();
  CHECK_EQ(read_line(), "led 2 off");
}

SCENARIO("a bad line is complained about, and the next one works") {
  open();
  type("jump 1\npress 1\n");
  wait_for(1);
  CHECK_EQ(complaints.size(), 1U);
}

SCENARIO("a line that is too long is skipped with one complaint") {
  open();
  type(std::string(3000, 'x'));
  type(std::string(3000, 'x') + " press 2\npress 1\n");
  wait_for(1);
  CHECK_EQ(edges.at(0).input, 0U);
  CHECK_EQ(complaints.size(), 1U);
}

SCENARIO("a line may come in pieces") {
  open();
  for (const auto* piece : {"pre", "ss 4", "\n"}) {
    type(piece);
    take_all();
  }
  REQUIRE_EQ(edges.size(), 1U);
  CHECK_EQ(edges.at(0).input, 3U);
}

SCENARIO("the end of the input changes nothing") {
  open();
  type("press 1 20\n");
  ::close(input[1]);
  wait_for(2);
  input[1] = ::dup(input[0]);  // for the fixture to close
  take_all();
  CHECK(!is_readable());  // for good
  desk->say("still here");
  CHECK_EQ(read_line(), "still here");
}

SCENARIO("an input that is a file, or nothing, is read to its end") {
  const std::unique_ptr<std::FILE, file_closer> file{std::tmpfile()};
  const auto lines = taps(1000);
  std::fwrite(lines.data(), 1, lines.size(), file.get());
  std::rewind(file.get());
  lay_desk(::fileno(file.get()));
  open();
  wait_for(1000);
  take_all();
  CHECK(!is_readable());
  CHECK(desk->move_finger(0, true));
  wait_for(1001);
  lying.reset();
  const std::unique_ptr<std::FILE, file_closer> nothing{std::fopen("/dev/null", "r")};
  lay_desk(::fileno(nothing.get()));
  open();
  take_all();
  CHECK(!is_readable());
}

SCENARIO("what an output does not take is written when it does") {
  ::fcntl(output[1], F_SETPIPE_SZ, 4096);
  open();
  for (int i = 0; i < 200; ++i) {
    type("leds\n");
  }
  take_all();
  CHECK(!is_readable());  // it waits for the reader, and nothing else
  std::string wanted;
  for (int i = 0; i < 4 * 200; ++i) {
    wanted += "led " + std::to_string(i % 4 + 1) + " off\n";
  }
  std::string got;
  while (got.size() < wanted.size()) {
    std::array<char, 4096> chunk;
    got.append(chunk.data(), static_cast<std::size_t>(
                                 std::max<ssize_t>(::read(output[0], chunk.data(), 4096), 0)));
    take_all();
  }
  CHECK_EQ(got, wanted);
  lying->write_leds(1);
  CHECK_EQ(read_line(), "led 1 on");
}

END_FIXTURE_SCOPE()
