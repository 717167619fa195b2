#define CAF_SUITE board_view

#include "web/board_view.hpp"

#include "web/status_json.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace ledactor;
using namespace ledactor::web;
using namespace std::chrono_literals;
using ids = std::vector<std::uint64_t>;
using phase = link_state::phase;

namespace {

ids ids_of(const board_view::catch_up& news) {
  ids all;
  for (const auto& e : news.events) {
    all.push_back(e.id);
  }
  return all;
}

void press(board_view& view, std::uint32_t times) {
  for (std::uint32_t seq = 1; seq <= times; ++seq) {
    view.tell(levels{seq % 2, seq, timestamp{seq}});
  }
}

link_news up(const std::string& peer, std::uint32_t linked) {
  return {link_change::up, peer, errc::none, 0, linked};
}

link_news down(errc why, std::uint32_t linked) {
  return {link_change::down, {}, why, 0, linked};
}

}  // namespace

SCENARIO("events are numbered from 1, and a viewer is given those after the last it knows") {
  board_view view;
  CHECK(view.since(0).complete);
  CHECK(view.since(0).events.empty());
  press(view, 3);
  CHECK_EQ(ids_of(view.since(0)), (ids{1, 2, 3}));
  CHECK_EQ(ids_of(view.since(2)), ids{3});
  CHECK(view.since(3).complete);
  CHECK(view.since(3).events.empty());
  CHECK_EQ(view.now().last_event, 3U);
}

SCENARIO("a viewer that knows an event of another program's is told that it has missed some") {
  board_view view;
  press(view, 3);
  for (const std::uint64_t id : {std::uint64_t{4}, std::uint64_t{1000}, ~std::uint64_t{0}}) {
    CHECK(!view.since(id).complete);
    CHECK(view.since(id).events.empty());
  }
}

SCENARIO("the history is bounded, and who is further behind is told that it has missed some") {
  board_view view;
  press(view, max_history + 10);
  CHECK(!view.since(0).complete);
  CHECK(!view.since(9).complete);
  CHECK(view.since(10).complete);
  CHECK_EQ(view.since(10).events.front().id, 11U);
}

SCENARIO("a viewer that is far behind catches up in portions, in order and without a gap") {
  board_view view;
  press(view, max_history);
  ids all;
  for (auto news = view.since(0); !news.events.empty(); news = view.since(all.back())) {
    CHECK(news.complete);
    CHECK(news.events.size() <= max_catch_up);
    const auto more = ids_of(news);
    all.insert(all.end(), more.begin(), more.end());
  }
  REQUIRE_EQ(all.size(), max_history);
  CHECK_EQ(all.front(), 1U);
  CHECK_EQ(all.back(), max_history);
}

SCENARIO("what a viewer looks at stays as it is, and nobody waits for it") {
  board_view view;
  press(view, max_history);
  const auto seen = view.look();
  const auto first = seen->history.front();
  press(view, max_history);
  view.tell(child_news{"chip", component::chip, true, {}});
  CHECK_EQ(seen->now.last_event, max_history);
  CHECK_EQ(seen->history.size(), max_history);
  CHECK_EQ(seen->history.front()->id, 1U);
  CHECK(seen->now.children.empty());
  CHECK_EQ(view.look()->now.last_event, 2 * max_history);
  CHECK_EQ(view.look()->history.front()->id, max_history + 1);
}

SCENARIO("what viewers have left is kept no longer") {
  board_view view;
  press(view, 1);
  auto seen = view.look();
  const std::weak_ptr<const picture> once = seen;
  press(view, 1);
  seen.reset();
  CHECK(!once.expired());  // its end is the watcher's work
  view.now();
  press(view, 1);
  CHECK(once.expired());
}

SCENARIO("viewers are woken once an event, and not for what changes nothing") {
  board_view view;
  int woken = 0;
  view.on_change([&] { ++woken; });
  press(view, 2);
  CHECK_EQ(woken, 2);
  view.tell(lit_levels{0, 0});  // as they were
  view.tell(child_news{"chip", component::chip, true, {}});
  CHECK_EQ(woken, 2);
  CHECK_EQ(view.now().last_event, 2U);
}

SCENARIO("a snapshot has what buttons and LEDs show") {
  board_view view;
  view.tell(levels{0b101, 7, timestamp{1}});
  view.tell(control_level{true});
  view.tell(lit_levels{0b10, 4});
  const auto now = view.now();
  CHECK_EQ(now.buttons.pressed, 0b101U);
  CHECK_EQ(now.buttons.seq, 7U);
  CHECK(now.control_pressed);
  CHECK_EQ(now.lit, 0b10U);
  CHECK_EQ(now.last_event, 3U);
}

SCENARIO("a board that goes away says why, and one that is back says nothing of it") {
  board_view view;
  CHECK(!view.now().board.open);
  view.tell(board_news{true, {}});
  CHECK(view.now().board.open);
  view.tell(board_news{false, "unplugged"});
  CHECK(!view.now().board.open);
  CHECK_EQ(view.now().board.reason, "unplugged");
  view.tell(board_news{true, {}});
  CHECK_EQ(view.now().board.reason, "");
}

SCENARIO("a link comes, waits and goes; the last peer and the last reason stay") {
  board_view view;
  CHECK(view.now().link.now == phase::unlinked);
  view.tell(link_news{link_change::waiting, "holder", errc::none, 2, 0});
  CHECK(view.now().link.now == phase::waiting);
  CHECK_EQ(view.now().link.place, 2U);
  CHECK_EQ(view.now().link.holder, "holder");
  view.tell(up("left", 1));
  CHECK(view.now().link.now == phase::linked);
  CHECK_EQ(view.now().link.peer, "left");
  CHECK_EQ(view.now().link.place, 0U);
  CHECK_EQ(view.now().link.holder, "");
  view.tell(down(errc::silent, 0));
  CHECK(view.now().link.now == phase::unlinked);
  CHECK_EQ(view.now().link.peer, "left");
  CHECK_EQ(view.now().link.reason, errc::silent);
}

SCENARIO("a server that loses one of two peers is still linked") {
  board_view view;
  view.tell(up("left", 1));
  view.tell(up("right", 2));
  view.tell(down(errc::closed, 1));
  CHECK(view.now().link.now == phase::linked);
  CHECK_EQ(view.now().link.reason, errc::closed);
}

SCENARIO("a guest's time counts from when it came, whether it waits or sits") {
  board_view view;
  view.tell(guest_list{{{1, "a", 4, 4}}, {{2, "b", 4, 4}}});
  const auto before = view.now().seats;
  view.tell(guest_list{{{2, "b", 4, 4}}, {{3, "c", 4, 4}}});
  const auto after = view.now().seats;
  REQUIRE_EQ(after.seated.size(), 1U);
  REQUIRE_EQ(after.waiting.size(), 1U);
  CHECK_EQ(after.seated[0].since, before.waiting[0].since);
  CHECK(after.waiting[0].since >= after.seated[0].since);
  CHECK_EQ(after.waiting[0].who.name, "c");
}

SCENARIO("guests who are told again, and those who are still missing, are no news") {
  board_view view;
  view.tell(guest_list{});
  CHECK_EQ(view.now().last_event, 0U);
  const guest_list guests{{{1, "a", 4, 4}}, {{2, "b", 4, 4}}};
  view.tell(guests);
  view.tell(guests);
  CHECK_EQ(view.now().last_event, 1U);
  view.tell(guest_list{{{2, "b", 4, 4}}, {{1, "a", 4, 4}}});
  view.tell(guest_list{{{2, "b", 4, 4}}, {}});
  view.tell(guest_list{});
  CHECK_EQ(view.now().last_event, 4U);
}

SCENARIO("all round trips are counted, and the last ones kept") {
  board_view view;
  for (std::uint32_t i = 1; i <= max_round_trips + 3; ++i) {
    view.tell(round_trip{i, std::chrono::microseconds{i}});
  }
  const auto now = view.now();
  CHECK_EQ(now.round_trips, max_round_trips + 3);
  REQUIRE_EQ(now.last_trips.size(), max_round_trips);
  CHECK(now.last_trips.front() == 4us);
  CHECK(now.last_trips.back() == std::chrono::microseconds{max_round_trips + 3});
}

SCENARIO("an actor's first start is no news; a restart is, with the reason") {
  board_view view;
  view.tell(child_news{"panel", component::panel, true, {}});
  CHECK_EQ(view.now().last_event, 0U);
  CHECK(view.now().children.at("panel").running);
  view.tell(child_news{"panel", component::panel, false, "a fault"});
  CHECK(!view.now().children.at("panel").running);
  view.tell(child_news{"panel", component::panel, true, {}});
  const auto news = view.since(0);
  REQUIRE_EQ(news.events.size(), 1U);
  const auto* again = std::get_if<restart>(&news.events[0].what);
  REQUIRE(again != nullptr);
  CHECK_EQ(again->actor, "panel");
  CHECK_EQ(again->reason, "a fault");
  CHECK_EQ(view.now().children.at("panel").starts, 2U);
}

SCENARIO("of a board that is away nothing is shown as pressed or lit") {
  board_view view;
  view.tell(board_news{true, {}});
  view.tell(levels{0b101, 7, timestamp{1}});
  view.tell(control_level{true});
  view.tell(lit_levels{0b11, 4});
  const auto before = view.now().last_event;
  view.tell(board_news{false, "unplugged"});
  CHECK_EQ(view.now().buttons.pressed, 0U);
  CHECK(!view.now().control_pressed);
  CHECK_EQ(view.now().lit, 0U);
  std::set<std::string> told;
  for (const auto& e : view.since(before).events) {
    told.insert(event_name(e));
  }
  CHECK_EQ(told, (std::set<std::string>{"board", "buttons", "control", "leds"}));
}

SCENARIO("guests go with the endpoint that knew them") {
  board_view view;
  view.tell(guest_list{{{1, "left", 4, 4}}, {{2, "right", 4, 4}}});
  view.tell(child_news{"panel", component::panel, false, "broken"});
  CHECK_EQ(view.now().seats.seated.size(), 1U);
  view.tell(child_news{"endpoint", component::endpoint, false, "broken"});
  CHECK(view.now().seats.seated.empty());
  CHECK(view.now().seats.waiting.empty());
  CHECK_EQ(event_name(view.since(view.now().last_event - 1).events.back()), "seats");
}
