#define CAF_SUITE sim_output

#include "hw/sim_output.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

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

  std::array<int, 2> fds{};
};

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
  std::string all = read();
  while (!output.drain()) {
    all += read();
  }
  all += read();
  // Played back, the lines lead to the true levels, however many were left out.
  level_set lit = 0;
  for (std::size_t at = 0; at < all.size(); at = all.find('\n', at) + 1) {
    const auto bit = level_set{1} << static_cast<unsigned>(all[at + 4] - '1');
    lit = all.compare(at + 6, 2, "on") == 0 ? lit | bit : lit & ~bit;
  }
  CHECK_EQ(lit, 0b1000U);
}

SCENARIO("a reader that is gone does no harm") {
  std::signal(SIGPIPE, SIG_IGN);
  sim_output output{fds[1]};
  ::close(fds[0]);
  CHECK(output.say("anybody there?"));
  CHECK(output.show_leds(1));
}

END_FIXTURE_SCOPE()
