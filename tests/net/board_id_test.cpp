#define CAF_SUITE board_id

#include "net/board_id.hpp"

#include <caf/test/bdd_dsl.hpp>
#include <fmt/format.h>

using namespace ledactor::net;

namespace {

std::string hex(const board_id& id) {
  return fmt::format("{:02x}", fmt::join(id, ""));
}

}  // namespace

SCENARIO("a board's id is the same each time, on each machine and with each version") {
  // printf 'ledactor board id 1\0left' | openssl dgst -sha256 -hmac
  // 0123456789abcdef0123456789abcdef
  CHECK_EQ(hex(make_board_id("0123456789abcdef0123456789abcdef", "left")),
           "57943d7e24b626d502a1408bd813749a");
}

SCENARIO("boards differ by machine, and on one machine by what they are") {
  const auto left = make_board_id("machine", "left");
  CHECK(left != make_board_id("machine", "right"));
  CHECK(left != make_board_id("other machine", "left"));
  CHECK(left == make_board_id("machine", "left"));
}

SCENARIO("a random id is another each time, and never none") {
  CHECK(random_board_id() != random_board_id());
  CHECK(random_board_id() != board_id{});
}

SCENARIO("this machine's boards have ids, each its own") {
  const auto left = board_id_here("left");
  CHECK(left != board_id{});
  CHECK(left != board_id_here("right"));
}
