#define CAF_SUITE board_line

#include "main/demo/board_line.hpp"

#include "main/demo/line_reader.hpp"

#include <caf/test/bdd_dsl.hpp>

using namespace ledactor::demo;

SCENARIO("each line of the contract is understood") {
  auto led = parse("led 3 on");
  REQUIRE(led);
  CHECK(led->what == board_line::kind::led);
  CHECK_EQ(led->number, 3U);
  CHECK(led->on);
  CHECK(!parse("led 64 off")->on);
  CHECK(parse("link up right")->what == board_line::kind::link_up);
  CHECK_EQ(parse("link up right")->name, "right");
  CHECK(parse("link down silent")->what == board_line::kind::link_down);
  CHECK_EQ(parse("link down silent")->name, "silent");
  CHECK(parse("waiting 2 left-desk")->what == board_line::kind::waiting);
  CHECK_EQ(parse("waiting 2 left-desk")->number, 2U);
  CHECK_EQ(parse("waiting 2 left-desk")->name, "left-desk");
  CHECK(parse("kicked")->what == board_line::kind::kicked);
}

SCENARIO("a name may hold spaces") {
  CHECK_EQ(parse("link up left desk")->name, "left desk");
  CHECK_EQ(parse("waiting 1 left desk")->name, "left desk");
}

SCENARIO("anything else is not") {
  for (const auto* text :
       {"", " ", "led", "led 1", "led 0 on", "led x on", "led -1 on", "led 1 lit", "led 1 on ",
        "link", "link up", "link sideways", "link sideways right", "waiting", "waiting 1",
        "waiting x right", "kicked out", "LED 1 on"}) {
    CHECK_EQ(parse(text).has_value(), false);
  }
}

SCENARIO("lines are put together from what a pipe yields") {
  line_reader reader;
  reader.feed("led 1", {});
  CHECK(!reader.next());
  reader.feed(" on\nled 2 on\nled", {});
  CHECK_EQ(reader.next()->text, "led 1 on");
  CHECK_EQ(reader.next()->text, "led 2 on");
  CHECK(!reader.next());
}

SCENARIO("a line too long is cut, and the next one is whole") {
  line_reader reader;
  reader.feed(std::string(line_reader::max_line, 'a') + "\n", {});
  CHECK_EQ(reader.next()->text, std::string(line_reader::max_line, 'a'));
  for (int i = 0; i < 1000; ++i) {
    reader.feed(std::string(4096, 'a'), {});
  }
  reader.feed("\nled 1 on\n", {});
  CHECK_EQ(reader.next()->text, std::string(line_reader::max_line, 'a') + "...");
  CHECK_EQ(reader.next()->text, "led 1 on");
}
