#define CAF_SUITE link_check

#include "main/doctor/link_check.hpp"

#include <caf/test/bdd_dsl.hpp>

using namespace ledactor;
using namespace ledactor::doctor;
using net::wire_kind;

namespace {

enum class keys { none, one };

link_report checked(wire_kind wire, keys how_many, const std::string& listen = "192.168.0.2") {
  config c{};
  c.role = board_role::server;
  c.listen = listen;
  c.wire = wire;
  if (how_many == keys::one) {
    c.key_files = {"key"};
  }
  return check_link(c);
}

mark verdict_of(const link_report& link) {
  return link.found.at(0).verdict;
}

}  // namespace

SCENARIO("only the native wire with a key is encrypted for everybody") {
  for (const auto wire : {wire_kind::native, wire_kind::ece387, wire_kind::any}) {
    for (const auto key : {keys::none, keys::one}) {
      const auto link = checked(wire, key);
      const bool is_safe = wire == wire_kind::native && key == keys::one;
      CHECK_EQ(link.encrypted, is_safe);
      CHECK_EQ(verdict_of(link) == mark::ok, is_safe);
      CHECK(link.found.at(0).text.starts_with(std::string{net::to_string(wire)} + ": "));
    }
  }
}

SCENARIO("a handshake with itself works") {
  const auto found = check_encryption();
  REQUIRE_EQ(found.size(), 1U);
  CHECK(found.front().verdict == mark::ok);
}

SCENARIO("a key is used by those who know it") {
  CHECK(checked(wire_kind::native, keys::one).key_used);
  CHECK(checked(wire_kind::any, keys::one).key_used);
  CHECK(!checked(wire_kind::ece387, keys::one).key_used);
  CHECK(!checked(wire_kind::any, keys::none).key_used);
}

SCENARIO("a wire that lets originals in is a warning beyond this machine, and a note within") {
  for (const auto wire : {wire_kind::ece387, wire_kind::any}) {
    const auto outside = checked(wire, keys::one);
    CHECK(verdict_of(outside) == mark::warning);
    CHECK(!outside.found.at(0).cure.empty());
    CHECK(verdict_of(checked(wire, keys::one, "127.0.0.1")) == mark::note);
  }
}
