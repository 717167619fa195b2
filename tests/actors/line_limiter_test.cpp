#define CAF_SUITE line_limiter

#include "actors/line_limiter.hpp"

#include "tests/actor_fixture.hpp"

#include <numeric>

using namespace ledactor;
using namespace std::chrono_literals;

namespace {

/// An actor that logs a line, if it may, for each message.
struct fixture : test::actor_fixture {
  using talker = caf::typed_actor<caf::result<void>(caf::tick_atom)>;

  struct talker_state {
    talker_state(talker::pointer self, fixture& test)
        : self_(self),
          test_(test),
          lines_([this](std::uint64_t n) { test_.left_out.push_back(n); }) {}

    talker::behavior_type make_behavior() {
      return {[this](caf::tick_atom) {
        test_.logged += lines_.allows(self_) ? 1 : 0;
      }};
    }

    static inline const char* name = "talker";
    talker::pointer self_;
    fixture& test_;
    line_limiter lines_;
  };

  ~fixture() override { end_all(); }

  void cause(int lines) {
    for (int i = 0; i < lines; ++i) {
      self->send(actor, caf::tick_atom_v);
    }
    consume_messages();
  }

  int logged = 0;
  std::vector<std::uint64_t> left_out;
  talker actor = own(sys.spawn<talker::stateful_impl<talker_state>>(std::ref(*this)));
};

using numbers = std::vector<std::uint64_t>;

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a burst is logged, and of what is more the number, later") {
  cause(line_burst);
  CHECK_EQ(logged, line_burst);
  cause(100);
  CHECK_EQ(logged, line_burst);
  CHECK_EQ(left_out, numbers{});
  pass(1s);
  CHECK_EQ(left_out, numbers{100});
  pass(10s);
  CHECK_EQ(left_out, numbers{100});
}

SCENARIO("of a flood a line is logged each second, and the number of the others") {
  cause(line_burst);
  logged = 0;
  std::uint64_t caused = 0;
  for (int second = 0; second < 100; ++second) {
    cause(500);
    caused += 500;
    pass(1s);
  }
  CHECK(logged == 99 || logged == 100);
  CHECK_EQ(left_out.size(), 100U);
  const auto not_logged = std::accumulate(left_out.begin(), left_out.end(), std::uint64_t{0});
  CHECK_EQ(not_logged + static_cast<std::uint64_t>(logged), caused);
}

SCENARIO("after a pause a burst is logged again") {
  cause(1000);
  pass(1s + line_burst * line_interval);
  logged = 0;
  cause(1000);
  CHECK_EQ(logged, line_burst);
}

END_FIXTURE_SCOPE()
