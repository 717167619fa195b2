#define CAF_SUITE log

#include "actors/log.hpp"

#include <caf/test/bdd_dsl.hpp>

using namespace ledactor;

SCENARIO(
    "a text from outside is bounded, and cannot end its quotes, its line or a terminal's peace") {
  CHECK_EQ(log_text("left desk"), "\"left desk\"");
  CHECK_EQ(log_text("a\" reason=\"b"), R"("a\" reason=\"b")");
  CHECK_EQ(log_text("a\\"), R"("a\\")");
  CHECK_EQ(log_text("a\nb\x1b[2J\x7f\xff"), R"("a\x0ab\x1b[2J\x7f\xff")");
  CHECK_EQ(log_text(std::string(max_log_text, 'x')).size(), max_log_text + 2);
  CHECK_EQ(log_text(std::string(1000, 'x')).size(), max_log_text + 5);
  CHECK_EQ(log_text(""), "\"\"");
}
