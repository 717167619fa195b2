#define CAF_SUITE sim_desk

#include "hw/sim_desk.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <array>
#include <condition_variable>
#include <fcntl.h>
#include <mutex>
#include <unistd.h>

using namespace ledactor::hw;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 30s;

/// A list that one thread fills and another waits for.
template <class T>
class event_log {
public:
  void add(T item) {
    const std::lock_guard guard{mutex_};
    items_.push_back(std::move(item));
    grown_.notify_all();
  }

  /// Keeps all from being added for as long as it lives.
  std::unique_lock<std::mutex> hold() { return std::unique_lock{mutex_}; }

  std::vector<T> wait_for(std::size_t count) {
    std::unique_lock guard{mutex_};
    grown_.wait_for(guard, limit, [&] { return items_.size() >= count; });
    return items_;
  }

private:
  std::mutex mutex_;
  std::condition_variable grown_;
  std::vector<T> items_;
};

struct fixture {
  fixture() {
    REQUIRE_EQ(::pipe2(input.data(), O_CLOEXEC), 0);
    REQUIRE_EQ(::pipe2(output.data(), O_CLOEXEC), 0);
    desk.emplace(sim_config{.num_buttons = 4, .num_leds = 4}, input[0], output[1],
                 [this](const std::string& text) { complaints.add(text); });
  }
  ~fixture() {
    desk.reset();
    for (int fd : {input[0], input[1], output[0], output[1]}) {
      ::close(fd);
    }
  }

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

  std::unique_ptr<board> open() {
    return desk->open({[this](const edge& e) { edges.add(e); },
                       [](const error&) {
                       }});
  }

  std::array<int, 2> input{};
  std::array<int, 2> output{};
  event_log<edge> edges;
  event_log<std::string> complaints;
  std::optional<sim_desk> desk;
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("lines become edges, numbered and stamped") {
  const auto board = open();
  const auto before = monotonic_now();
  type("press 2\nrelease 2\npress control\n");
  const auto got = edges.wait_for(3);
  REQUIRE_EQ(got.size(), 3U);
  CHECK_EQ(got[0].input, 1U);
  CHECK(got[0].active);
  CHECK(!got[1].active);
  CHECK_EQ(got[2].input, 4U);
  for (std::size_t i = 0; i < got.size(); ++i) {
    CHECK_EQ(got[i].number, i + 1);
    CHECK(got[i].when >= before);
    CHECK(got[i].when <= monotonic_now());
  }
}

SCENARIO("a press for a while is released by itself") {
  const auto board = open();
  type("press 1 5\n");
  const auto got = edges.wait_for(2);
  REQUIRE_EQ(got.size(), 2U);
  CHECK(got[1].when - got[0].when >= 5ms);
}

SCENARIO("fingers move by call as by line, and one too many is refused") {
  const auto opened = open();
  CHECK(desk->move_finger(2, true));
  CHECK(desk->move_finger(2, false));
  const auto two = edges.wait_for(2);
  REQUIRE_EQ(two.size(), 2U);
  CHECK_EQ(two[0].input, 2U);
  CHECK(two[0].active);
  CHECK(!two[1].active);
  std::size_t taken = 0;
  {
    const auto hold = edges.hold();  // the desk's thread waits with its next edge
    while (desk->move_finger(1, taken % 2 == 0)) {
      ++taken;
    }
    CHECK(taken >= max_finger_moves);
    CHECK(taken <= 2 * max_finger_moves);  // those that it had taken before it waited
  }
  CHECK_EQ(edges.wait_for(2 + taken).size(), 2 + taken);
}

SCENARIO("what is typed before the board is opened is not lost") {
  type("press 1\n");
  const auto board = open();
  CHECK_EQ(edges.wait_for(1).size(), 1U);
}

SCENARIO("a finger stays down while the board is opened anew") {
  auto board = open();
  type("press 3\n");
  edges.wait_for(1);
  board.reset();
  board = open();
  const auto read = board->read_inputs();
  CHECK_EQ(std::get<input_levels>(read).buttons, 0b100U);
  type("release 3\n");
  CHECK_EQ(edges.wait_for(2).back().number, 1U);
}

SCENARIO("a board that is closed leaves its LEDs off") {
  auto board = open();
  board->write_leds(0b10);
  CHECK_EQ(read_line(), "led 2 on");
  board.reset();
  CHECK_EQ(read_line(), "led 2 off");
}

SCENARIO("a bad line is complained about, and the next one works") {
  const auto board = open();
  type("jump 1\npress 1\n");
  edges.wait_for(1);
  CHECK_EQ(complaints.wait_for(1).size(), 1U);
}

SCENARIO("a line that is too long is skipped with one complaint") {
  const auto board = open();
  type(std::string(3000, 'x'));
  type(std::string(3000, 'x') + " press 2\npress 1\n");
  CHECK_EQ(edges.wait_for(1).at(0).input, 0U);
  CHECK_EQ(complaints.wait_for(1).size(), 1U);
}

SCENARIO("a line may come in pieces") {
  const auto board = open();
  type("pre");
  type("ss 4");
  type("\n");
  CHECK_EQ(edges.wait_for(1).at(0).input, 3U);
}

SCENARIO("the end of the input changes nothing") {
  const auto board = open();
  type("press 1 20\n");
  ::close(input[1]);
  CHECK_EQ(edges.wait_for(2).size(), 2U);
  input[1] = ::dup(input[0]);  // for the fixture to close
  desk->say("still here");
  CHECK_EQ(read_line(), "still here");
}

END_FIXTURE_SCOPE()
