#define CAF_SUITE seating

#include "net/seating.hpp"

#include <caf/test/bdd_dsl.hpp>

using namespace ledactor::net;
using outcome = seating::outcome;
using ids = std::vector<std::uint64_t>;

namespace {

ids queue_of(const seating& s) {
  ids sessions;
  for (const auto& g : s.guests().waiting) {
    sessions.push_back(g.session);
  }
  return sessions;
}

}  // namespace

SCENARIO("the first come sit, the next wait in their order") {
  seating s{2, true};
  CHECK(s.arrive({1, "a"}) == outcome::seated);
  CHECK(s.arrive({2, "b"}) == outcome::seated);
  CHECK(s.arrive({3, "c"}) == outcome::waiting);
  CHECK(s.arrive({4, "d"}) == outcome::waiting);
  CHECK_EQ(queue_of(s), (ids{3, 4}));
  CHECK_EQ(s.holder(), "a");
}

SCENARIO("a seat that is left goes to the longest waiting") {
  seating s{1, true};
  s.arrive({1, "a"});
  s.arrive({2, "b"});
  s.arrive({3, "c"});
  CHECK(s.leave(1) == std::uint64_t{2});
  CHECK_EQ(s.holder(), "b");
  CHECK_EQ(queue_of(s), ids{3});
}

SCENARIO("who leaves the queue frees no seat") {
  seating s{1, true};
  s.arrive({1, "a"});
  s.arrive({2, "b"});
  s.arrive({3, "c"});
  CHECK(!s.leave(2));
  CHECK_EQ(queue_of(s), ids{3});
  CHECK(!s.leave(99));
  CHECK_EQ(s.holder(), "a");
}

SCENARIO("an empty seat waits for the next guest") {
  seating s{1, true};
  s.arrive({1, "a"});
  CHECK(!s.leave(1));
  CHECK_EQ(s.holder(), "");
  CHECK(s.arrive({2, "b"}) == outcome::seated);
}

SCENARIO("the holder is who has sat longest") {
  seating s{2, true};
  s.arrive({1, "a"});
  s.arrive({2, "b"});
  s.leave(1);
  s.arrive({3, "c"});
  CHECK_EQ(s.holder(), "b");
}

SCENARIO("without a queue, and beyond its bound, guests are refused") {
  seating none{1, false};
  none.arrive({1, "a"});
  CHECK(none.arrive({2, "b"}) == outcome::refused);
  seating full{1, true};
  full.arrive({0, "a"});
  for (std::size_t i = 1; i <= max_waiting; ++i) {
    CHECK(full.arrive({i, "w"}) == outcome::waiting);
  }
  CHECK(full.arrive({99, "late"}) == outcome::refused);
}

SCENARIO("a guest is found by its board, one that sits before one that waits") {
  seating s{1, true};
  s.arrive({1, "a", 4, 4, {1}});
  s.arrive({2, "b", 4, 4, {2}});
  s.arrive({3, "a", 4, 4, {1}});
  REQUIRE(s.find(board_id{1}) != nullptr);
  CHECK_EQ(s.find(board_id{1})->session, 1U);
  CHECK_EQ(s.find(board_id{1}, 1)->session, 3U);
  CHECK_EQ(s.find(board_id{2})->session, 2U);
  CHECK(s.find(board_id{2}, 2) == nullptr);
  CHECK(s.find(board_id{3}) == nullptr);
}

SCENARIO("boards without an id are nobody's ghosts") {
  seating s{1, true};
  s.arrive({1, "a"});
  CHECK(s.find(board_id{}) == nullptr);
  CHECK(s.find(std::uint64_t{1}) != nullptr);
}

SCENARIO("an heir sits in the seat of who goes, before all who wait, and sits from then on") {
  seating s{2, true};
  s.arrive({1, "a"});
  s.arrive({2, "b"});
  s.arrive({3, "c"});
  CHECK(s.succeed(1, {4, "a"}) == outcome::seated);
  CHECK_EQ(s.guests().seated.size(), 2U);
  CHECK_EQ(s.holder(), "b");
  CHECK_EQ(queue_of(s), ids{3});
  CHECK(!s.leave(1));
}

SCENARIO("an heir waits at the place of who goes") {
  seating s{1, true};
  for (std::uint64_t session : {1, 2, 3, 4}) {
    s.arrive({session, "a"});
  }
  CHECK(s.succeed(3, {5, "a"}) == outcome::waiting);
  CHECK_EQ(queue_of(s), (ids{2, 5, 4}));
  CHECK_EQ(s.place_of(5), 2U);
  CHECK_EQ(s.place_of(3), 0U);
  CHECK_EQ(s.place_of(1), 0U);
}

SCENARIO("an heir that waits moves up, to a place in the queue or to a seat") {
  seating s{1, true};
  for (std::uint64_t session : {1, 2, 3, 4, 5}) {
    s.arrive({session, "a"});
  }
  CHECK(s.succeed(2, {4, "a"}) == outcome::waiting);
  CHECK_EQ(queue_of(s), (ids{4, 3, 5}));
  CHECK(s.succeed(1, {5, "a"}) == outcome::seated);
  CHECK_EQ(queue_of(s), (ids{4, 3}));
}
