#define CAF_SUITE sim_output

#include "hw/sim_output.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <pty.h>
#include <string>
#include <unistd.h>
#include <vector>

using namespace ledactor::hw;

namespace {

struct fixture {
  fixture() { REQUIRE_EQ(::pipe2(fds.data(), O_CLOEXEC), 0); }
  ~fixture() {
    ::close(fds[0]);
    ::close(fds[1]);
  }

  /// All that has been printed and not read yet.
  std::string read() {
    ::fcntl(fds[0], F_SETFL, O_NONBLOCK);
    std::string text;
    std::array<char, 65536> chunk;
    for (ssize_t got = 0; (got = ::read(fds[0], chunk.data(), chunk.size())) > 0;) {
      text.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

  /// All that is printed until nothing waits any more.
  std::string read_all(sim_output& output) {
    std::string all = read();
    while (!output.drain()) {
      all += read();
    }
    return all + read();
  }

  std::array<int, 2> fds{};
};

/// Changes LEDs until there is no room for a line about them.
void fill(sim_output& output) {
  for (int i = 0; i < 100'000; ++i) {
    output.show_leds(i % 2 == 0 ? 0b01 : 0b10);
  }
}

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("each change of an LED is a line") {
  sim_output output{fds[1]};
  output.show_leds(0b101);
  output.show_leds(0b100);
  output.show_leds(0b100);
  CHECK_EQ(read(), "led 1 on\nled 3 on\nled 1 off\n");
}

SCENARIO("all LEDs can be listed") {
  sim_output output{fds[1]};
  output.show_leds(0b10);
  read();
  output.list_leds(3);
  CHECK_EQ(read(), "led 1 off\nled 2 on\nled 3 off\n");
}

SCENARIO("a reader that lags is not waited for, and finds the newest levels") {
  sim_output output{fds[1]};
  bool waits = false;
  for (int i = 0; i < 100'000; ++i) {
    waits = !output.show_leds(i % 2 == 0 ? 0b01 : 0b10);
  }
  output.show_leds(0b1000);
  CHECK(waits);
  const auto all = read_all(output);
  // Played back, the lines lead to the true levels, however many were left out.
  level_set lit = 0;
  for (std::size_t at = 0; at < all.size(); at = all.find('\n', at) + 1) {
    const auto bit = level_set{1} << static_cast<unsigned>(all[at + 4] - '1');
    lit = all.compare(at + 6, 2, "on") == 0 ? lit | bit : lit & ~bit;
  }
  CHECK_EQ(lit, 0b1000U);
}

SCENARIO("towards a reader that lags, lines of the link outlast those of the LEDs") {
  sim_output output{fds[1]};
  fill(output);
  std::string news;
  for (int i = 0; i < 1000; ++i) {
    const auto line = "link down closed " + std::to_string(i);
    output.say(line);
    news += line + '\n';
    output.show_leds(i % 2 == 0 ? 0b01 : 0b10);
  }
  const auto all = read_all(output);
  CHECK(all.find(news) != std::string::npos);
}

SCENARIO(
    "nor is a terminal that is stopped, which takes a part of a line and keeps its writer for the "
    "rest") {
  int screen = -1;
  int terminal = -1;
  REQUIRE_EQ(::openpty(&screen, &terminal, nullptr, nullptr, nullptr), 0);
  {
    sim_output output{terminal};
    const std::string line(99, 'x');
    bool waits = false;
    for (int i = 0; i < 2000; ++i) {  // much more than a terminal holds
      waits = !output.say(line);
    }
    CHECK(waits);
  }
  ::close(screen);
  ::close(terminal);
}

SCENARIO("lines of the link are bounded, too") {
  sim_output output{fds[1]};
  fill(output);
  const std::string line(99, 'x');
  for (int i = 0; i < 10'000; ++i) {
    output.say(line);
  }
  CHECK(read_all(output).size() < max_news_backlog + std::size_t{128} * 1024);  // and the pipe's
}

SCENARIO("a reader that is gone does no harm") {
  std::signal(SIGPIPE, SIG_IGN);
  std::vector<std::string> complaints;
  sim_output output{fds[1], [&](const std::string& text) {
                      complaints.push_back(text);
                    }};
  ::close(fds[0]);
  CHECK(output.say("anybody there?"));
  CHECK(output.show_leds(1));
  CHECK(complaints.empty());
}

SCENARIO(
    "lines that are lost on a full disk are complained about once, and again after some were not") {
  std::vector<std::string> complaints;
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  const int out = ::dup(full);
  sim_output output{out, [&](const std::string& text) {
                      complaints.push_back(text);
                    }};
  output.show_leds(0b1);
  output.show_leds(0b0);
  CHECK_EQ(complaints, std::vector<std::string>{"stdout: No space left on device; lines are lost"});
  ::dup2(fds[1], out);  // there is room again
  output.show_leds(0b10);
  CHECK_EQ(read(), "led 2 on\n");
  ::dup2(full, out);
  output.show_leds(0b0);
  CHECK_EQ(complaints.size(), 2U);
  ::close(out);
  ::close(full);
}

END_FIXTURE_SCOPE()
