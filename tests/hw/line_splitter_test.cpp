#define CAF_SUITE line_splitter

#include "hw/line_splitter.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <vector>

using namespace ledactor::hw;

namespace {

using strings = std::vector<std::string>;

/// What a splitter for lines of 4 bytes makes of pieces.
strings split(const strings& pieces) {
  line_splitter splitter{4};
  strings lines;
  for (const auto& piece : pieces) {
    splitter.feed(piece, [&](std::optional<std::string_view> line) {
      lines.emplace_back(line.value_or("too long"));
    });
  }
  return lines;
}

}  // namespace

SCENARIO("a line is what stands before a newline") {
  CHECK_EQ(split({"a\nbb\n\nlast"}), strings({"a", "bb", ""}));
}

SCENARIO("a line may come in pieces, and many in one") {
  CHECK_EQ(split({"a", "b", "", "c\nd", "\n"}), strings({"abc", "d"}));
}

SCENARIO("a line that is too long is told of once, when it is, and the next one is good") {
  CHECK_EQ(split({"1234\n12345\n"}), strings({"1234", "too long"}));
  CHECK_EQ(split({"1234", "5"}), strings({"too long"}));
  CHECK_EQ(split({"12345", "67890", "12\nab\n"}), strings({"too long", "ab"}));
}
