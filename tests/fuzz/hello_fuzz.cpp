// A peer's first frame: the input is what follows its length and its type. What PROTOCOL.md says of
// a hello is written here once more, apart from the decoder.

#include "net/frame.hpp"
#include "tests/fuzz/property.hpp"

#include <string>

using namespace ledactor;
using fuzz::must;

namespace {

constexpr std::size_t max_body = 255;  // and the type

bool is_allowed(fuzz::input body) {
  if (body.size() < 5 || !fuzz::to_text(body).starts_with("LDAC")) {
    return false;
  }
  if (body[4] != 1) {
    return true;
  }
  if (body.size() < 9 || body[5] > 1 || body[6] < 1 || body[6] > 64 || body[7] < 1
      || body[7] > 64) {
    return false;
  }
  const std::size_t length = body[8];
  if (length < 1 || length > 63 || length > body.size() - 9) {
    return false;
  }
  const auto name = body.subspan(9, length);
  return name.front() != ' ' && name.back() != ' '
         && std::all_of(name.begin(), name.end(), [](auto c) { return c >= 0x20 && c <= 0x7e; });
}

net::hello expected(fuzz::input body) {
  if (body[4] != 1) {
    return {body[4], 0, 0, 0, {}};
  }
  return {1, body[5], body[6], body[7], std::string{fuzz::to_text(body.subspan(9, body[8]))}};
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::input body{data, std::min(size, max_body)};
  std::vector<std::uint8_t> bytes{0, static_cast<std::uint8_t>(body.size() + 1), 1};
  if (body.size() == max_body) {
    bytes = {1, 0, 1};
  }
  bytes.insert(bytes.end(), body.begin(), body.end());

  net::frame_reader reader;
  reader.feed(bytes);
  const auto first = reader.next();
  must(first.has_value() == is_allowed(body), "a hello is taken if it is as documented, else not");
  must(first.has_value() == reader.failure().empty(), "a hello that is not taken is a failure");
  if (first) {
    must(*first == net::frame{expected(body)}, "a hello is taken as it stands");
  }
  must(!reader.next(), "there is one frame at most");
  return 0;
}
