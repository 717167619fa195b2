// Two wires of a kind against each other: whatever is pressed on either ends up shown on the other,
// in whatever pieces bytes come and in whatever order boards answer. The first byte says which wire
// it is. Time passes only when all that was said has come in, so that neither side is lost.

#include "net/ece387_wire.hpp"
#include "net/native_wire.hpp"
#include "tests/fuzz/property.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

using namespace ledactor;
using fuzz::must;
namespace events = net::wire_events;

namespace {

using time_point = net::wire::time_point;

struct end {
  std::unique_ptr<net::wire> wire;
  std::vector<std::uint8_t> said;  ///< what the other has not got yet
  std::vector<std::uint64_t> asked;
  level_set pressed = 0;
  level_set lit = 0;
  std::uint32_t seq = 0;

  void press(level_set levels, time_point now) {
    pressed = levels;
    wire->press({pressed, ++seq, timestamp{seq}}, now);
  }

  void see_to_events(time_point now) {
    auto& out = wire->output();
    said.insert(said.end(), out.begin(), out.end());
    out.clear();
    wire->written(0, now);
    for (const auto& event : std::exchange(wire->events(), {})) {
      must(!std::holds_alternative<events::ended>(event), "no link ends that nobody ends");
      must(!std::holds_alternative<events::refused>(event), "neither finds fault with the other");
      if (std::holds_alternative<events::seated>(event)) {
        press(pressed, now);  // as the panel does when it is asked
      } else if (std::holds_alternative<events::arrived>(event)) {
        wire->seat(now);  // a client's knows that it has one
      } else if (const auto* show = std::get_if<events::show>(&event)) {
        lit = show->lit;
        asked.push_back(show->ticket);
      }
    }
    if (!wire->events().empty() || !out.empty()) {
      see_to_events(now);
    }
  }
};

class pair {
public:
  pair(bool is_native, std::uint8_t choice) {
    net::wire_config config{.name = "server", .heartbeat = std::chrono::milliseconds{100}};
    config.dead_after = 3 * config.heartbeat;
    config.invert = !is_native && choice % 4 >= 2;
    for (auto* e : {&server_, &client_}) {
      config.role = e == &server_ ? board_role::server : board_role::client;
      e->wire = is_native ? std::unique_ptr<net::wire>{new net::native_wire{config, now_}}
                          : std::make_unique<net::ece387_wire>(config, "ece387 peer", now_);
      e->wire->open(now_);
    }
    if (client_.wire->is_seated()) {
      client_.press(0, now_);
    }
    see_to_events();
  }

  void step(std::uint8_t command, fuzz::input& script) {
    auto& one = command % 2 == 0 ? server_ : client_;
    auto& other = command % 2 == 0 ? client_ : server_;
    switch (command / 2 % 4) {
      case 0:
        one.press(fuzz::take_byte(script), now_);
        break;
      case 1:
        carry(one, other, fuzz::take_byte(script));
        break;
      case 2:
        answer(one, fuzz::take_byte(script));
        break;
      default:
        pass(std::chrono::milliseconds{fuzz::take_byte(script) % 100});
    }
    see_to_events();
  }

  void settle(level_set lines) {
    constexpr int rounds = 100;  // of 10 ms: two of the original's turns each
    for (int i = 0; i < rounds; ++i) {
      pass(std::chrono::milliseconds{10});
    }
    must(server_.lit == (client_.pressed & lines), "the server shows what the client presses");
    must(client_.lit == (server_.pressed & lines), "the client shows what the server presses");
  }

private:
  void see_to_events() {
    server_.see_to_events(now_);
    client_.see_to_events(now_);
  }

  void carry(end& from, end& to, std::size_t most) {
    const std::vector<std::uint8_t> bytes{
        from.said.begin(),
        from.said.begin() + static_cast<std::ptrdiff_t>(std::min(most, from.said.size()))};
    from.said.erase(from.said.begin(),
                    from.said.begin() + static_cast<std::ptrdiff_t>(bytes.size()));
    to.wire->receive(bytes, now_);
  }

  void answer(end& e, std::size_t which) {
    if (!e.asked.empty()) {
      const auto at = e.asked.begin() + static_cast<std::ptrdiff_t>(which % e.asked.size());
      const auto ticket = *at;
      e.asked.erase(at);
      e.wire->shown(ticket, now_);
    }
  }

  void quiet_down() {
    while (!server_.said.empty() || !client_.said.empty() || !server_.asked.empty()
           || !client_.asked.empty()) {
      carry(server_, client_, server_.said.size());
      carry(client_, server_, client_.said.size());
      answer(server_, 0);
      answer(client_, 0);
      see_to_events();
    }
  }

  void pass(std::chrono::milliseconds span) {
    quiet_down();
    const auto until = now_ + span;
    for (auto due = next_due(); due <= until; due = next_due()) {
      now_ = std::max(now_, due);
      server_.wire->tick(now_);
      client_.wire->tick(now_);
      see_to_events();
      quiet_down();
    }
    now_ = until;
  }

  time_point next_due() const {
    return std::min(server_.wire->deadline(), client_.wire->deadline());
  }

  time_point now_{std::chrono::hours{24}};
  end server_;
  end client_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t max_script = 512;  // so that all changes fit into what may wait
  fuzz::input script{data, std::min(size, max_script)};
  const auto choice = fuzz::take_byte(script);
  const bool is_native = choice % 2 == 0;
  pair link{is_native, choice};
  while (!script.empty()) {
    link.step(fuzz::take_byte(script), script);
  }
  link.settle(is_native ? ~level_set{0} : level_set{15});
  return 0;
}
