// The original scripts' messages. The first byte says whose they are: 's' a server's, anything else
// a client's; the second in which pieces the rest comes. What ECE387.md says of messages is written
// here once more, apart from the reader.

#include "net/ece387.hpp"
#include "tests/fuzz/property.hpp"

#include <array>
#include <string>

using namespace ledactor;
using fuzz::must;

namespace {

struct heard {
  std::vector<std::string> messages;
  bool is_failed = false;
  bool is_within_message = false;
  bool operator==(const heard&) const = default;
};

void check_levels(const net::ece387_message& m, std::string_view text) {
  const auto* const levels = std::get_if<level_set>(&m);
  if (levels == nullptr) {
    must(text == "close", "what is no levels is close");
    return;
  }
  must(text.size() == 4 && *levels < 16, "a message has four levels");
  for (std::size_t i = 0; i < 4; ++i) {
    must(text[i] == (((*levels >> i) & 1U) != 0 ? '1' : '0'), "button 1 comes first");
  }
}

void take_all(net::ece387_reader& reader, heard& result) {
  while (const auto m = reader.next()) {
    must(reader.failure().empty(), "a message is given before a failure, not after");
    result.messages.push_back(net::ece387_text(*m));
    check_levels(*m, result.messages.back());
  }
}

heard read(const std::vector<fuzz::input>& pieces, bool from_server) {
  net::ece387_reader reader{from_server};
  heard result;
  for (const auto piece : pieces) {
    reader.feed(piece);
    take_all(reader, result);
  }
  const auto failure = reader.failure();
  result.is_failed = !failure.empty();
  if (result.is_failed) {
    must(fuzz::is_one_line(failure), "a failure is one line");
    const std::array<std::uint8_t, 4> good{'1', '0', '0', '0'};
    reader.feed(good);
    must(!reader.next() && reader.failure() == failure, "a failure is final");
  } else {
    result.is_within_message = reader.is_within_message();
  }
  return result;
}

/// The same, from the whole text at once.
/// @param wrong becomes the place of the first byte that cannot be right, or the end.
heard read_naively(std::string_view text, bool from_server, std::size_t& wrong) {
  constexpr std::string_view close = "close";
  heard result;
  for (wrong = 0; wrong < text.size();) {
    const auto rest = text.substr(wrong);
    const bool is_close = from_server && rest.front() == 'c';
    const std::size_t size = is_close ? 5 : 4;
    std::size_t good = 0;
    while (good < std::min(size, rest.size())
           && (is_close ? rest[good] == close[good] : rest[good] == '0' || rest[good] == '1')) {
      ++good;
    }
    if (good < size) {
      wrong += good;
      result.is_failed = good < rest.size();
      result.is_within_message = good == rest.size();
      break;
    }
    result.messages.emplace_back(rest.substr(0, size));
    wrong += size;
  }
  return result;
}

void check_bytewise(fuzz::input stream, bool from_server, const heard& expected,
                    std::size_t wrong) {
  net::ece387_reader reader{from_server};
  heard result;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    reader.feed(stream.subspan(i, 1));
    take_all(reader, result);
    must(reader.failure().empty() == (i < wrong), "a byte that cannot be right fails at once");
  }
  must(result.messages == expected.messages, "single bytes give what the whole gives");
}

/// What is sent of any board's levels comes in as the first four of them.
void check_encoding(fuzz::input bytes) {
  level_set pressed = 0;
  for (int i = 0; i < 8; ++i) {
    pressed = pressed << 8 | fuzz::take_byte(bytes);
  }
  const auto text = net::ece387_text(pressed);
  for (const bool from_server : {false, true}) {
    net::ece387_reader reader{from_server};
    reader.feed({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    must(reader.next() == net::ece387_message{pressed % 16}, "what is encoded is decoded");
    must(!reader.is_within_message() && reader.failure().empty(), "and nothing but that");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input stream{data, size};
  const bool from_server = fuzz::take_byte(stream) == 's';
  const auto seed = fuzz::take_byte(stream);
  std::size_t wrong = 0;
  const auto expected = read_naively(fuzz::to_text(stream), from_server, wrong);
  must(read({stream}, from_server) == expected, "messages are read as documented");
  must(read(fuzz::split(stream, seed), from_server) == expected,
       "pieces give what the whole gives");
  check_bytewise(stream, from_server, expected, wrong);
  check_encoding(stream);
  return 0;
}
