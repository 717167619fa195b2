// What a stranger sends to a server that wants TLS: the first byte says in which pieces.

#include "net/secure_channel.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/fuzz/some_key.hpp"
#include "tests/net/flight.hpp"

using namespace ledactor;
using fuzz::must;

namespace {

/// Longest that a server says to somebody whom it does not know [bytes].
constexpr std::size_t max_answer = 4096;

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using state = net::secure_channel::state;
  static const auto keys = fuzz::some_key();
  fuzz::input bytes{data, size};
  const auto seed = fuzz::take_byte(bytes);

  net::secure_channel server{false, keys};
  auto now = state::shaking_hands;
  std::size_t taken = 0;
  std::size_t answered = 0;
  for (const auto piece : fuzz::split(bytes, seed)) {
    const auto before = now;
    now = server.receive(piece);
    answered += net::test::flight_of(server).size();
    taken += piece.size();
    must(now != state::open, "nobody gets in without the key");
    must(server.received().empty(), "nothing is read from a stranger");
    must(before == state::shaking_hands || now == before, "a failure is final");
    must(now == state::shaking_hands || fuzz::is_one_line(server.failure()),
         "a failure has its reason");
    must(now != state::shaking_hands || taken <= net::max_handshake_bytes,
         "a handshake has an end");
    must(answered <= max_answer, "a stranger is told little");
  }
  return 0;
}
