#define CAF_SUITE places

#include "web/places.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <string>
#include <vector>

using namespace ledactor::web;

namespace {

constexpr std::size_t number = 16;
constexpr std::size_t for_strangers = 12;  ///< three quarters
constexpr std::size_t share = 6;           ///< half of these

struct fixture {
  /// One comes. @returns its id.
  places::id arrive(const std::string& address, bool has_room = true) {
    last = some.arrive(++who, address, has_room);
    return who;
  }

  /// So many come, each from an address of its own.
  void fill_with_strangers(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      arrive("10.0.0." + std::to_string(i));
    }
  }

  void fill_with(std::size_t count, const std::string& address) {
    for (std::size_t i = 0; i < count; ++i) {
      arrive(address);
    }
  }

  places::id leaver() const { return last.leaver.value_or(0); }

  places some{number};
  places::id who = 0;
  places::verdict last;
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("while there are places, nobody goes for another") {
  fill_with(number, "127.0.0.1");
  CHECK(last.is_let_in);
  CHECK_EQ(leaver(), 0U);
  CHECK_EQ(some.size(), number);
}

SCENARIO("when all are taken, the one goes that has waited longest, in whatever order they came") {
  fill_with(number, "127.0.0.1");
  some.ask(1);
  some.ask(2);
  some.wait(1);
  arrive("127.0.0.1");
  CHECK_EQ(leaver(), 3U);  // 2 is being answered
  CHECK_EQ(some.size(), number);
  for (places::id next = 4; next <= number; ++next) {
    arrive("127.0.0.1");
    CHECK_EQ(leaver(), next);
  }
  arrive("127.0.0.1");
  CHECK_EQ(leaver(), 1U);
}

SCENARIO("a friend that is being answered and a viewer stay, and nobody comes when all are such") {
  fill_with(number, "::1");
  for (places::id each = 1; each < number; ++each) {
    each % 2 == 0 ? some.ask(each) : some.look_on(each);
  }
  arrive("::1");
  CHECK_EQ(leaver(), number);
  some.ask(who);
  arrive("::1");
  CHECK(!last.is_let_in);
  CHECK_EQ(leaver(), 0U);
  CHECK_EQ(some.size(), number);
  some.leave(1);
  arrive("::1");
  CHECK(last.is_let_in);
}

SCENARIO("some places are for friends: strangers make room for each other") {
  fill_with_strangers(for_strangers);
  CHECK_EQ(leaver(), 0U);
  arrive("192.0.2.1");
  CHECK_EQ(leaver(), 1U);
  CHECK_EQ(some.size(), for_strangers);
  for (const auto* address : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
    arrive(address);
    CHECK(last.is_let_in);
    CHECK_EQ(leaver(), 0U);
  }
  CHECK_EQ(some.size(), number);
}

SCENARIO("a stranger goes for a friend, even one that is being answered, and no friend for it") {
  fill_with_strangers(for_strangers);
  for (places::id each = 2; each <= for_strangers; ++each) {
    some.ask(each);
  }
  for (std::size_t i = 0; i < number - for_strangers; ++i) {
    arrive("127.0.0.1");
  }
  for (places::id next = 1; next <= for_strangers; ++next) {
    arrive("127.0.0.1");
    CHECK_EQ(leaver(), next);
  }
}

SCENARIO("a stranger that shows the token is a friend, and leaves its place to the next stranger") {
  fill_with_strangers(for_strangers);
  some.befriend(1);
  arrive("192.0.2.1");
  CHECK_EQ(leaver(), 0U);
  arrive("192.0.2.2");
  CHECK_EQ(leaver(), 2U);
}

SCENARIO("an address has its share, and makes room for itself") {
  fill_with(share, "192.0.2.1");
  CHECK_EQ(leaver(), 0U);
  arrive("192.0.2.1");
  CHECK_EQ(leaver(), 1U);
  arrive("192.0.2.2");
  CHECK_EQ(leaver(), 0U);
  some.befriend(2);  // which is not of the share any more
  arrive("192.0.2.1");
  CHECK_EQ(leaver(), 0U);
}

SCENARIO("the many of one address go, and not the few of another") {
  arrive("192.0.2.2");
  fill_with(share, "192.0.2.1");
  fill_with_strangers(for_strangers - share - 1);
  arrive("192.0.2.3");
  CHECK_EQ(leaver(), 2U);
}

SCENARIO(
    "a network that one IPv6 host may have all of has one share; IPv4 in IPv6 has each its own") {
  for (std::size_t i = 0; i < share; ++i) {
    arrive("2001:db8::" + std::to_string(i));
  }
  arrive("2001:db8::abcd:1");
  CHECK_EQ(leaver(), 1U);
  arrive("2001:db8:0:1::1");
  CHECK_EQ(leaver(), 0U);
  for (const auto* address : {"::ffff:192.0.2.1", "::ffff:192.0.2.2", "::ffff:192.0.2.3"}) {
    arrive(address);
    CHECK_EQ(leaver(), 0U);
  }
}

SCENARIO("where there is no room for more, one goes for each that comes, however few there are") {
  arrive("127.0.0.1", false);
  CHECK(!last.is_let_in);
  arrive("127.0.0.1");
  arrive("127.0.0.1", false);
  CHECK(last.is_let_in);
  CHECK_EQ(leaver(), 2U);
  CHECK_EQ(some.size(), 1U);
}

SCENARIO("what has gone may still be told of, and is not there") {
  fill_with(number + 1, "127.0.0.1");
  some.ask(1);
  some.wait(1);
  some.look_on(1);
  some.befriend(1);
  some.leave(1);
  CHECK_EQ(some.size(), number);
}

END_FIXTURE_SCOPE()
