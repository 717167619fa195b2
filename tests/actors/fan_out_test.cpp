#define CAF_SUITE fan_out

#include "actors/fan_out.hpp"

#include "tests/actor_fixture.hpp"

#include <algorithm>

using namespace ledactor;

namespace {

using words = std::vector<std::string>;

struct fixture : test::actor_fixture {
  ~fixture() override { end_all(); }

  /// One of each kind.
  void tell_all_kinds(const watcher_actor& to) {
    self->send(to, levels{1, 2, timestamp{1}});
    self->send(to, lit_levels{3, 4});
    self->send(to, control_level{true});
    self->send(to, guest_list{{{1, "left", 4, 4}}, {}});
    self->send(to, round_trip{5, timestamp{1}});
    self->send(to, child_news{"chip", component::chip, true, {}});
    self->send(to, board_news{true, {}});
    self->send(to, link_news{link_change::up, "left", errc::none, 0, 1});
    consume_messages();
  }

  /// Tells news of one kind, numbered from 1.
  template <class Make>
  void tell_often(const watcher_actor& to, std::size_t times, Make news) {
    for (std::uint32_t i = 1; i <= times; ++i) {
      self->send(to, news(i));
      consume_messages();
    }
  }
};

const words all_kinds{"pressed 1 seq 2",
                      "lit 11 seq 4",
                      "control down",
                      "seated left waiting",
                      "round trip 5 positive",
                      "chip runs",
                      "board open",
                      "link up 'left' none place 0 linked 1"};

using printers = std::vector<link_sink>;
using watchers = std::vector<watcher_actor>;

/// Takes no news before it is told to.
using slow_watcher = test::hanging<watcher_actor>;
using slow_printer = test::hanging<link_sink>;

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("each news goes to all who look on, in its order, and those of links to who prints them") {
  words first;
  words second;
  std::vector<link_news> printed;
  const watchers both{test::record_news(*this, first), test::record_news(*this, second)};
  const printers one{test::record(*this, printed)};
  tell_all_kinds(own(sys.spawn<fan_out_impl>(both, one)));
  CHECK_EQ(first, all_kinds);
  CHECK_EQ(second, all_kinds);
  REQUIRE_EQ(printed.size(), 1U);
  CHECK_EQ(printed.front().peer, "left");
}

SCENARIO("with nobody who looks on, all news is dealt with") {
  const watcher_actor nobody = own(sys.spawn<fan_out_impl>(watchers{}, printers{}));
  tell_all_kinds(nobody);
  auto answer = self->request(nobody, caf::infinite, link_news{});
  consume_messages();
  bool answered = false;
  answer.receive([&] { answered = true; }, [](const caf::error&) {});
  CHECK(answered);
}

SCENARIO("a watcher that hangs is told little, then the newest, and keeps no other from its news") {
  words told;
  words to_slow;
  const slow_watcher slow =
      own(sys.spawn([&to_slow](slow_watcher::pointer me) -> slow_watcher::behavior_type {
        auto held = std::make_shared<test::held_answers>();
        const auto hold = [&to_slow, held, me](const std::string& kind, std::uint64_t number) {
          to_slow.push_back(fmt::format("{} {}", kind, number));
          return held->hold(me);
        };
        return {[](const levels&) {},
                [=](const lit_levels& x) { return hold("lit", x.seq); },
                [](const control_level&) {},
                [=](const guest_list& x) { return hold("seated", x.seated.at(0).session); },
                [=](const round_trip& x) { return hold("trip", x.seq); },
                [](const child_news&) {},
                [](const board_news&) {},
                [=](const link_news& x) { return hold("link", x.linked); },
                [held](caf::ok_atom) {
                  held->answer_first();
                }};
      }));
  const watcher_actor all =
      own(sys.spawn<fan_out_impl>(watchers{slow, test::record_news(*this, told)}, printers{}));
  const auto check = [&](const std::string& kind, auto make) {
    tell_often(all, 1000, make);
    CHECK_EQ(told.size(), 1000U);
    CHECK_EQ(to_slow.size(), max_unanswered_news);
    self->send(slow, caf::ok_atom_v);
    consume_messages();
    CHECK_EQ(to_slow.back(), kind + " 1000");
    told.clear();
    for (std::size_t i = 0; i < max_unanswered_news; ++i) {  // those that are still held
      self->send(slow, caf::ok_atom_v);
    }
    consume_messages();
    to_slow.clear();
  };
  check("lit", [](std::uint32_t i) { return lit_levels{0, i}; });
  check("seated", [](std::uint32_t i) { return guest_list{{{i, "left", 4, 4}}, {}}; });
  check("trip", [](std::uint32_t i) { return round_trip{i, timestamp{1}}; });
  check("link", [](std::uint32_t i) {
    return link_news{link_change::up, "left", errc::none, 0, i};
  });
}

SCENARIO("who prints the links' lines and lags is told as many as all guests of a server cause") {
  std::vector<std::uint32_t> to_slow;
  const slow_printer slow =
      own(sys.spawn([&to_slow](slow_printer::pointer me) -> slow_printer::behavior_type {
        auto held = std::make_shared<test::held_answers>();
        return {[&to_slow, held, me](const link_news& x) {
                  to_slow.push_back(x.linked);
                  return held->hold(me);
                },
                [held](caf::ok_atom) {
                  held->answer_first();
                }};
      }));
  const watcher_actor all = own(sys.spawn<fan_out_impl>(watchers{}, printers{slow}));
  tell_often(all, 2 * max_unanswered_links, [](std::uint32_t i) {
    return link_news{link_change::up, "left", errc::none, 0, i};
  });
  CHECK_EQ(to_slow.size(), max_unanswered_links);
  self->send(slow, caf::ok_atom_v);
  consume_messages();
  CHECK_EQ(to_slow.back(), 2 * max_unanswered_links);
}

END_FIXTURE_SCOPE()
