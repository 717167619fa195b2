// A link whose both ends hold the key, and somebody in between. Each four bytes of the input say
// what becomes of the next flight of bytes: what is done, to which place of it, and with what.

#include "net/secure_channel.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/fuzz/some_key.hpp"
#include "tests/net/flight.hpp"

#include <string>

using namespace ledactor;
using fuzz::must;

namespace {

using bytes = std::vector<std::uint8_t>;
using state = net::secure_channel::state;

/// @returns whether it has changed anything.
bool tamper(bytes& flight, fuzz::input& script) {
  enum : std::uint8_t { pass, flip, cut, drop, repeat, insert, kinds };
  const auto kind = fuzz::take_byte(script) % kinds;
  const std::size_t place = fuzz::take_byte(script) * 256U + fuzz::take_byte(script);
  const auto value = fuzz::take_byte(script);
  if (kind == pass || flight.empty()) {
    return false;
  }
  const auto at = flight.begin() + static_cast<std::ptrdiff_t>(place % flight.size());
  const auto before = flight;
  switch (kind) {
    case flip:
      *at ^= value;
      break;
    case cut:
      flight.erase(at, flight.end());
      break;
    case drop:
      flight.clear();
      break;
    case repeat:
      flight.insert(flight.end(), before.begin(), before.end());
      break;
    default:
      flight.insert(at, value);
  }
  return flight != before;
}

struct end {
  explicit end(bool is_client, const net::shared_keys& keys) : channel(is_client, keys) {}

  void take(const bytes& flight) {
    const auto before = now;
    now = channel.receive(flight);
    must(before == now || before == state::shaking_hands || before == state::open,
         "a failure is final");
    const auto more = channel.received();
    heard.insert(heard.end(), more.begin(), more.end());
  }

  void say(const bytes& message) {
    if (now == state::open) {
      channel.send(message);
      said.insert(said.end(), message.begin(), message.end());
    }
  }

  net::secure_channel channel;
  state now = state::shaking_hands;
  bytes said;
  bytes heard;
};

bool begins_with(const bytes& all, const bytes& part) {
  return part.size() <= all.size() && std::equal(part.begin(), part.end(), all.begin());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto keys = fuzz::some_key();
  fuzz::input script{data, size};
  end client{true, keys};
  end server{false, keys};
  client.take({});
  bool touched = false;
  bool opened_untouched = false;
  for (std::uint8_t round = 0; round < 6; ++round) {
    for (auto* from : {&client, &server}) {
      auto& to = from == &client ? server : client;
      from->say(bytes(20, round));
      auto flight = net::test::flight_of(from->channel);
      touched |= tamper(flight, script);
      to.take(flight);
    }
    opened_untouched |= !touched && client.now == state::open && server.now == state::open;
  }
  must(begins_with(client.said, server.heard), "a server reads what a client said, from the start");
  must(begins_with(server.said, client.heard), "a client reads what a server said, from the start");
  must(touched || opened_untouched, "ends that hold the key find together");
  if (!touched) {
    must(client.said == server.heard, "what nobody touches comes in");
  }
  return 0;
}
