#define CAF_SUITE ece387

#include "net/ece387.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <vector>

using namespace ledactor;
using namespace ledactor::net;

namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// What comes of pieces, as the wire would have it.
std::vector<std::string> read(std::initializer_list<std::string_view> pieces, bool may_close) {
  ece387_reader reader{may_close};
  std::vector<std::string> messages;
  for (const auto piece : pieces) {
    reader.feed(bytes_of(piece));
    while (const auto m = reader.next()) {
      messages.push_back(ece387_text(*m));
    }
  }
  if (!reader.failure().empty()) {
    messages.push_back(reader.failure());
  } else if (reader.is_within_message()) {
    messages.emplace_back("...");
  }
  return messages;
}

using words = std::vector<std::string>;

}  // namespace

SCENARIO("button 1 comes first") {
  CHECK_EQ(ece387_text(level_set{0b0001}), "1000");
  CHECK_EQ(ece387_text(level_set{0b1010}), "0101");
  CHECK_EQ(ece387_text(ece387_close{}), "close");
  ece387_reader reader{false};
  reader.feed(bytes_of("1101"));
  CHECK((reader.next() == ece387_message{level_set{0b1011}}));
}

SCENARIO("what a board has beyond four does not travel") {
  CHECK_EQ(ece387_text(level_set{0b110000}), "0000");
}

SCENARIO("messages are cut from the stream however it comes") {
  CHECK_EQ(read({"1000"}, false), words{"1000"});
  CHECK_EQ(read({"10000001"}, false), (words{"1000", "0001"}));
  CHECK_EQ(read({"1", "00", "0000", "1"}, false), (words{"1000", "0001"}));
  CHECK_EQ(read({"100"}, false), words{"..."});
  CHECK_EQ(read({"1000cl", "ose0110"}, true), (words{"1000", "close", "0110"}));
}

SCENARIO("the first byte that cannot be right is a failure, and nothing is read after it") {
  CHECK_EQ(read({"2"}, false), words{"byte 0x32 in a message"});
  CHECK_EQ(read({"1000", "10x", "0000"}, false), (words{"1000", "byte 0x78 in a message"}));
  CHECK_EQ(read({"100\n"}, false), words{"byte 0x0a in a message"});
  CHECK_EQ(read({"\xff"}, false), words{"byte 0xff in a message"});
  CHECK_EQ(read({"cloze"}, true), words{"byte 0x7a in a message"});
  CHECK_EQ(read({"10close"}, true), words{"byte 0x63 in a message"});
}

SCENARIO("only a server can say close") {
  CHECK_EQ(read({"close"}, false), words{"byte 0x63 in a message"});
}

SCENARIO("an original's first byte is neither the native wire's nor TLS's") {
  CHECK(looks_like_ece387(bytes_of("0")));
  CHECK(looks_like_ece387(bytes_of("1000")));
  CHECK(!looks_like_ece387(std::vector<std::uint8_t>{0x00, 0x13}));
  CHECK(!looks_like_ece387(std::vector<std::uint8_t>{0x16, 3, 1}));
  CHECK(!looks_like_ece387(bytes_of("GET / HTTP/1.1")));
  CHECK(!looks_like_ece387({}));
}
