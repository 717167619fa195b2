#pragma once

#include "actors/rate_limiter.hpp"
#include "net/wire.hpp"

#include <deque>

namespace ledactor::net {

/// Most changes of the buttons that wait for a peer that lags; then the newest levels win.
inline constexpr std::size_t max_unsent = 32'768;

/// Changes of its place in a queue that a client passes on: so many at once, as when all who wait
/// before it leave together, and then one each interval. Of those that come faster, the newest.
inline constexpr std::int64_t place_burst = 32;
inline constexpr std::chrono::milliseconds place_interval{250};

/// The native wire, net/PROTOCOL.md: hello, a seat or a place in the queue, then levels both ways,
/// with acknowledgements and heartbeats.
///
/// It ends by a peer's farewell, silence, nonsense or a closed connection, or as it is told to.
class native_wire final : public wire {
public:
  native_wire(const wire_config& config, time_point now);

  void open(time_point now) override;
  void receive(std::span<const std::uint8_t> bytes, time_point now) override;
  void tick(time_point now) override;
  void press(const levels& l, time_point now) override;
  void seat(time_point now) override;
  void wait(std::uint32_t place, const std::string& holder, time_point now) override;
  bool yield(bool proved, time_point now) override;
  void shown(std::uint64_t ticket, time_point now) override;
  void not_shown(std::uint64_t ticket, time_point now) override;
  void meet_led_bank(time_point now) override;
  void end(errc reason, const std::string& text, time_point now) override;
  void close() override;
  time_point deadline() const override { return has_ended() ? time_point::max() : due_; }
  std::optional<std::size_t> unacknowledged() const override { return unacknowledged_.size(); }

private:
  void leave() override;

  /// Where a frame of the peer's is on its way to the LEDs.
  enum class showing { asked, shown, lost };

  struct received_levels {
    levels_frame frame;
    std::uint64_t ticket = 0;
    showing state = showing::asked;
    std::uint64_t led_bank = 0;  ///< which was asked
  };

  /// A levels frame that the peer is to acknowledge.
  struct sent_levels {
    ack expected;
    stopwatch sent;
  };

  // native_wire.cpp: beginning, time and end
  void schedule(time_point now);
  void excuse_peer(time_point now);
  std::chrono::nanoseconds patience() const;
  bool is_stalled(time_point now) const;
  time_point ghost_from() const;

  // native_frames.cpp: what the peer says, and what we say
  void on_frame(const frame& f, time_point now);
  void on_hello(const hello& f, time_point now);
  void on_wait(const net::wait& f, time_point now);
  void on_levels(levels_frame f, time_point now);
  void on_ack(const ack& f, time_point now);
  void on_bye(const bye& f);
  void refuse(const std::string& why, time_point now);
  void let_in();
  void tell_place(time_point now);
  received_levels* find_shown(std::uint64_t ticket);
  void show(received_levels& l);
  void acknowledge_shown(time_point now);
  void send_unsent(time_point now);
  void say(const frame& f, time_point now);
  hello own_hello() const;

  bool is_open_ = false;
  bool heard_ = false;    ///< the peer has sent anything
  bool claimed_ = false;  ///< the peer's board has come again since the peer was last heard
  std::string foreign_;   ///< what its first bytes are, if not our wire
  frame_reader reader_;
  std::chrono::nanoseconds peer_heartbeat_;  ///< as in its hello; before, and if it is not: ours
  std::deque<received_levels> being_shown_;  ///< the peer's frames that wait to be acknowledged
  std::optional<levels_frame> last_shown_;   ///< the peer's last
  std::uint64_t led_bank_ = 0;               ///< how often a new one, or one with a new chip, came
  std::deque<levels_frame> unsent_;
  std::deque<sent_levels> unacknowledged_;  ///< oldest first
  time_point due_;
  time_point last_said_;
  stopwatch started_;
  stopwatch heard_last_;
  std::optional<net::wait> place_;  ///< on a client: in the queue, if it is to be told yet
  rate_limiter place_rate_{place_burst, place_interval};
};

}  // namespace ledactor::net
