// A client's first bytes on a port that takes either wire: whoever they are taken for must be the
// only one that could have sent them.

#include "net/ece387.hpp"
#include "net/frame.hpp"
#include "net/secure_channel.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/fuzz/some_key.hpp"
#include "tests/net/flight.hpp"

using namespace ledactor;
using fuzz::must;

namespace {

/// Whether the original's reader finds nothing wrong with the first of these bytes.
bool can_be_original(fuzz::input bytes) {
  net::ece387_reader reader{false};
  reader.feed(bytes.first(1));
  must(!reader.next(), "one byte is no message");
  return reader.failure().empty();
}

void must_be_neither_frames_nor_tls(fuzz::input bytes) {
  constexpr std::size_t frame_header = 3;
  net::frame_reader frames;
  auto rest = bytes;
  must(!frames.next(rest), "the original's bytes are no frame");
  must(bytes.size() < frame_header || !frames.failure().empty(), "nor do they begin one");
  static const auto keys = fuzz::some_key();
  net::secure_channel tls{false, keys};
  const auto state = tls.receive(bytes);
  must(state != net::secure_channel::state::open, "the original's bytes open no TLS");
  must(state != net::secure_channel::state::shaking_hands || net::test::flight_of(tls).empty(),
       "TLS has no answer to the original's bytes but an alert");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::input bytes{data, size};
  must(!net::looks_like_ece387({}), "nothing is not the original's");
  if (bytes.empty()) {
    return 0;
  }
  const bool is_original = net::looks_like_ece387(bytes.first(1));
  for (std::size_t count = 2; count <= bytes.size(); ++count) {
    must(net::looks_like_ece387(bytes.first(count)) == is_original, "the first byte decides");
  }
  must(is_original == can_be_original(bytes), "who is taken for an original can be one");
  if (is_original) {
    must_be_neither_frames_nor_tls(bytes);
  }
  return 0;
}
