// The native wire, whole: what PROTOCOL.md says of a side's behavior, whatever its peer says and
// its board does, and whenever. The first byte says which side it is, and how it is configured.

#include "net/native_wire.hpp"
#include "tests/fuzz/wire_player.hpp"

#include <algorithm>
#include <optional>

using namespace ledactor;
using fuzz::must;
namespace events = net::wire_events;

namespace {

class player final : public fuzz::wire_player {
protected:
  std::vector<std::uint8_t> peers_bytes(fuzz::input& script) override {
    const auto kind = fuzz::take_byte(script);
    std::vector<std::uint8_t> bytes;
    if (kind % 16 == 0) {  // any bytes
      for (auto left = fuzz::take_byte(script) % 32; left > 0 && !script.empty(); --left) {
        bytes.push_back(fuzz::take_byte(script));
      }
      return bytes;
    }
    for (auto left = kind % 16 == 1 ? 70 : 1; left > 0; --left) {
      net::append_frame(bytes, peers_frame(kind, script));
    }
    if (kind % 16 == 2) {  // cut short
      bytes.pop_back();
    }
    return bytes;
  }

  void on_received(fuzz::input bytes) override {
    // What comes after the end of listening does not count, so it is looked at only until then.
    while (const auto f = heard_.next(bytes)) {
      heard_last_ = now_;
      is_excused_ = false;
      if (const auto* l = std::get_if<net::levels_frame>(&*f)) {
        to_acknowledge_.push_back({l->seq, l->when});
      }
    }
  }

  void on_said(fuzz::input bytes) override {
    while (const auto f = said_.next(bytes)) {
      must(!said_bye_, "bye is the last frame");
      must(said_hello_ || std::holds_alternative<net::hello>(*f)
               || std::holds_alternative<net::bye>(*f),
           "hello is the first frame");
      std::visit([this](const auto& x) { on_frame(x); }, *f);
      said_last_ = now_;
    }
    must(said_.failure().empty() && bytes.empty(), "whole frames are said, and good ones");
  }

  void on_event(const net::wire_event& event) override {
    if (std::holds_alternative<events::seated>(event)) {
      must(!std::exchange(seated_, true), "a seat is given once");
    } else if (std::holds_alternative<events::arrived>(event)) {
      must(!std::exchange(arrived_, true), "a peer arrives once");
    } else if (std::holds_alternative<events::linked>(event)) {
      must(seated_ && !std::exchange(linked_, true), "a link begins once, after the seat");
    } else if (const auto* show = std::get_if<events::show>(&event)) {
      must(seated_, "nothing is shown before a seat");
      if (show->ticket > tickets_) {
        must(show->ticket == ++tickets_, "each frame has a ticket of its own");
      }
    } else if (std::holds_alternative<events::confirmed>(event)) {
      must(++confirmed_ <= sent_, "what was not sent is not confirmed");
    } else if (std::holds_alternative<events::held_up>(event)) {
      if (!std::exchange(is_excused_, true)) {
        heard_last_ = now_;
      }
    } else if (const auto* end = std::get_if<events::ended>(&event)) {
      must(end->reason != errc::none, "an end has a reason");
    }
  }

  void on_tick() override {
    if (wire().has_ended() || !wire().is_listening()) {
      return;
    }
    must(now_ - heard_last_ < patience(),
         "a silent peer is dead; a board's hold-up excuses it once");
    must(wire().unacknowledged() <= net::max_unacknowledged,
         "no more than 256 wait for their acks");
  }

private:
  net::frame peers_frame(std::uint8_t kind, fuzz::input& script) {
    const auto value = fuzz::take_byte(script);
    switch (kind / 16 % 8) {
      case 0:
        return net::hello{1,      static_cast<std::uint8_t>(is_client() ? 0 : 1),
                          4,      4,
                          "peer", value % 2 == 0 ? 0U : 10U + value};
      case 1:
        return is_client() ? net::frame{net::seat{}} : net::frame{net::heartbeat{}};
      case 2:
        return net::wait{static_cast<std::uint16_t>(value + 1), "holder"};
      case 3:
      case 4:
        return net::levels_frame{++peers_seq_, value, value};
      case 5:
        return expected_.empty() ? net::ack{value, value} : take_expected();
      case 6:
        return value < 240 ? net::frame{net::heartbeat{}} : net::frame{net::ack{value, value}};
      default:
        return value < 192 ? net::frame{net::heartbeat{}}
                           : net::frame{net::bye{static_cast<std::uint8_t>(value % 12), "text"}};
    }
  }

  net::ack take_expected() {
    const auto oldest = expected_.front();
    expected_.pop_front();
    return oldest;
  }

  void on_frame(const net::hello& f) {
    must(!std::exchange(said_hello_, true), "hello is said once");
    must(f.role == static_cast<std::uint8_t>(config_.role) && f.name == config_.name,
         "hello tells who we are");
  }
  void on_frame(const net::seat& /*f*/) {
    must(!is_client() && may_sit_ && !std::exchange(gave_seat_, true),
         "a server gives the seat once, when it may");
  }
  void on_frame(const net::wait& /*f*/) { must(!is_client(), "a client gives no places"); }
  void on_frame(const net::levels_frame& f) {
    must(seated_ && (is_client() || gave_seat_), "levels are sent after the seat alone");
    must(f.seq > last_seq_ && f.seq <= pressed_, "no number goes back, or comes from nowhere");
    last_seq_ = f.seq;
    ++sent_;
    expected_.push_back({f.seq, f.when});
  }
  void on_frame(const net::ack& f) {
    must(seated_, "acks are sent after the seat alone");
    must(!to_acknowledge_.empty() && f == to_acknowledge_.front(),
         "acks come in the frames' order");
    to_acknowledge_.pop_front();
    must(shown_.contains(++acknowledged_), "what is not shown is not acknowledged");
  }
  void on_frame(const net::heartbeat& /*f*/) {
    must(said_last_ && now_ - *said_last_ >= config_.heartbeat,
         "a heartbeat goes out when nothing else did");
  }
  void on_frame(const net::bye& f) {
    must(f.reason >= 1 && f.reason <= 9, "a bye has a reason that the protocol knows");
    said_bye_ = true;
  }

  /// The longest that the peer may be silent: its heartbeat is at most 265 ms, or ours.
  std::chrono::nanoseconds patience() const {
    constexpr std::chrono::milliseconds longest{265};
    const auto times = config_.dead_after / config_.heartbeat;
    return std::max<std::chrono::nanoseconds>(longest, config_.heartbeat) * times;
  }

  net::frame_reader said_;
  net::frame_reader heard_;
  time_point heard_last_ = beginning;  ///< or when a hold-up excused the peer
  bool is_excused_ = false;
  std::optional<time_point> said_last_;
  std::deque<net::ack> to_acknowledge_;
  std::deque<net::ack> expected_;  ///< of our levels, what the peer has not acknowledged
  std::uint64_t tickets_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t confirmed_ = 0;
  std::uint32_t last_seq_ = 0;
  std::uint32_t peers_seq_ = 0;
  bool said_hello_ = false;
  bool said_bye_ = false;
  bool gave_seat_ = false;
  bool seated_ = false;
  bool arrived_ = false;
  bool linked_ = false;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input script{data, size};
  const auto choice = fuzz::take_byte(script);
  const std::chrono::milliseconds heartbeat{choice % 4 < 2 ? 1000 : 20};
  const net::wire_config config{
      .role = choice % 2 == 0 ? board_role::server : board_role::client,
      .name = "here",
      .heartbeat = heartbeat,
      .dead_after = 3 * heartbeat,
      .invert = choice % 8 >= 4,
  };
  net::native_wire wire{config, player::beginning};
  player{}.play(wire, config, script);
  return 0;
}
