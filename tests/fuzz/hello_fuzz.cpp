// A peer's first frame: the input is what follows its length and its type. What PROTOCOL.md says of
// a hello is written here once more, apart from the decoder.

#include "net/frame.hpp"
#include "tests/fuzz/property.hpp"

#include <algorithm>
#include <optional>
#include <string>

using namespace ledactor;
using fuzz::must;

namespace {

constexpr std::size_t max_body = 255;  // and the type

constexpr std::size_t tail_size = 20;  // heartbeat and board

/// What follows the name, if it is long enough to be looked at.
std::optional<fuzz::input> tail_of(fuzz::input body) {
  const auto rest = body.subspan(9 + body[8]);
  return rest.size() < tail_size ? std::nullopt : std::optional{rest.first(tail_size)};
}

std::uint32_t heartbeat_in(fuzz::input tail) {
  return std::uint32_t{tail[0]} << 24 | std::uint32_t{tail[1]} << 16 | std::uint32_t{tail[2]} << 8
         | tail[3];
}

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
  const auto tail = tail_of(body);
  if (tail && (heartbeat_in(*tail) < 10 || heartbeat_in(*tail) > 3'600'000)) {
    return false;
  }
  return name.front() != ' ' && name.back() != ' '
         && std::all_of(name.begin(), name.end(), [](auto c) { return c >= 0x20 && c <= 0x7e; });
}

net::hello expected(fuzz::input body) {
  if (body[4] != 1) {
    return {body[4], 0, 0, 0, {}};
  }
  net::hello f{1, body[5], body[6], body[7], std::string{fuzz::to_text(body.subspan(9, body[8]))}};
  if (const auto tail = tail_of(body)) {
    f.heartbeat = heartbeat_in(*tail);
    std::copy(tail->begin() + 4, tail->end(), f.board.begin());
  }
  return f;
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
  fuzz::input rest{bytes};
  const auto first = reader.next(rest);
  must(first.has_value() == is_allowed(body), "a hello is taken if it is as documented, else not");
  must(first.has_value() == reader.failure().empty(), "a hello that is not taken is a failure");
  if (first) {
    must(*first == net::frame{expected(body)}, "a hello is taken as it stands");
  }
  must(!reader.next(rest), "there is one frame at most");
  return 0;
}
