#include "tests/bench/press_driver.hpp"

namespace ledactor::bench {

void drive_presses(line_channel& boards, std::size_t presses, std::uint64_t seed, samples& out) {
  pace when{seed};
  for (std::size_t i = 0; i < presses; ++i) {
    when.await_press();
    const auto pressed = boards.tell("press 1\n");
    out.push_back(boards.wait_for("led 1 on") - pressed);
    when.await_release();
    boards.tell("release 1\n");
    boards.wait_for("led 1 off");
  }
}

}  // namespace ledactor::bench
