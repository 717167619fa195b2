#define CAF_SUITE child_board

#include "main/demo/child_board.hpp"

#include "main/demo/failure.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <csignal>
#include <poll.h>
#include <unistd.h>

using namespace ledactor::demo;

namespace {

/// A program that stands in for a board.
child_board start(const std::string& program, const std::vector<std::string>& arguments) {
  return {"board", program, arguments, "/dev/null"};
}

child_board start_shell(const std::string& script) {
  return start("/bin/sh", {"-c", script});
}

/// Waits without limit: ctest has one.
void wait_for(int fd) {
  pollfd source{fd, POLLIN, 0};
  ::poll(&source, 1, -1);
}

ending wait_for_end(child_board& board) {
  wait_for(board.process());
  return board.ended().value();
}

std::string wait_for_line(child_board& board) {
  for (;;) {
    if (const auto line = board.next_line()) {
      return line->text;
    }
    wait_for(board.output());
    board.receive();
  }
}

}  // namespace

SCENARIO("a board is told lines, and its lines are read") {
  auto board = start("/bin/cat", {});
  const auto told = board.tell("led 1 on");
  REQUIRE(told);
  CHECK_EQ(wait_for_line(board), "led 1 on");
  CHECK(!board.ended());
}

SCENARIO("a program that cannot be started is said so, with its name") {
  try {
    start("/nowhere/ledactor", {});
    CAF_FAIL("it was started");
  } catch (const failure& why) {
    CHECK_EQ(why.status(), exit_unavailable);
    CHECK_EQ(std::string{why.what()},
             "cannot start /nowhere/ledactor as a board: No such file or directory");
  }
}

SCENARIO("an end comes with its status and with the last lines") {
  auto board = start_shell("echo led 1 off; exit 3");
  CHECK_EQ(wait_for_end(board).words(), "exit 3");
  CHECK_EQ(board.next_line()->text, "led 1 off");
  std::signal(SIGPIPE, SIG_IGN);  // as the demo does
  CHECK(!board.tell("leds"));
}

SCENARIO("a killed board is told from one that ended") {
  auto board = start("/bin/cat", {});
  board.send_signal(SIGKILL);
  CHECK_EQ(wait_for_end(board).words(), "killed by signal 9");
}

SCENARIO("a frozen board can be ended") {
  auto board = start("/bin/cat", {});
  board.send_signal(SIGSTOP);
  board.ask_to_end();
  CHECK_EQ(wait_for_end(board).words(), "killed by signal 15");
}

SCENARIO("a board that reads nothing does not hold up who tells it lines") {
  auto board = start_shell("echo up; exec sleep 1000");
  CHECK_EQ(wait_for_line(board), "up");
  while (board.tell("press 1")) {
  }
  CHECK(!board.ended());
}

SCENARIO("a board heeds SIGTERM though the demo ignores it") {
  std::signal(SIGTERM, SIG_IGN);
  auto board = start("/bin/cat", {});
  std::signal(SIGTERM, SIG_DFL);
  board.ask_to_end();
  CHECK_EQ(wait_for_end(board).words(), "killed by signal 15");
}

SCENARIO("a board that ignores SIGTERM is killed when its owner goes") {
  pollfd gone{-1, POLLIN, 0};
  {
    auto board = start_shell("trap '' TERM; echo up; exec sleep 1000");
    CHECK_EQ(wait_for_line(board), "up");
    gone.fd = ::dup(board.process());
  }
  CHECK_EQ(::poll(&gone, 1, 0), 1);
  ::close(gone.fd);
}
