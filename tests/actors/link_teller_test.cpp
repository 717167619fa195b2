#define CAF_SUITE link_teller

#include "actors/link_teller.hpp"

#include "tests/actor_fixture.hpp"

using namespace ledactor;

namespace {

struct fixture : test::actor_fixture {
  ~fixture() override { end_all(); }
};

}  // namespace

SCENARIO("each change of the link has its line") {
  CHECK_EQ(to_line({link_change::up, "left", errc::none, 0, 1}), "link up left");
  CHECK_EQ(to_line({link_change::waiting, "the holder", errc::none, 2, 0}), "waiting 2 the holder");
  CHECK_EQ(to_line({link_change::kicked, {}, errc::kicked, 0, 0}), "kicked");
  CHECK_EQ(to_line({link_change::down, {}, errc::silent, 0, 0}), "link down silent");
}

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("changes of the link are printed in their order") {
  std::vector<std::string> lines;
  const auto teller = own(
      sys.spawn<link_teller_impl>([&lines](std::string_view line) { lines.emplace_back(line); }));
  self->send(teller, link_news{link_change::up, "left", errc::none, 0, 1});
  self->send(teller, link_news{link_change::down, {}, errc::quit, 0, 0});
  consume_messages();
  CHECK_EQ(lines, (std::vector<std::string>{"link up left", "link down quit"}));
}

SCENARIO("what was told is printed even if nobody holds the teller any more") {
  std::vector<std::string> lines;
  {
    const auto teller =
        sys.spawn<link_teller_impl>([&lines](std::string_view line) { lines.emplace_back(line); });
    consume_messages();
    self->send(teller, link_news{link_change::down, {}, errc::shutdown, 0, 0});
  }
  consume_messages();
  CHECK_EQ(lines, std::vector<std::string>{"link down shutdown"});
}

END_FIXTURE_SCOPE()
