#pragma once

#include "net/ece387.hpp"
#include "net/wire.hpp"

#include <deque>

namespace ledactor::net {

/// Most messages that a client may be ahead of the server's replies. The original is never ahead
/// by more than one.
inline constexpr std::size_t max_ece387_ahead = 16;

/// Most changes of the buttons that wait for the peer's answers; then the newest levels win. Fewer
/// than on the native wire, since only one of them travels at a time.
inline constexpr std::size_t max_ece387_unsent = 64;

/// The original scripts' wire, net/ECE387.md: levels one way, levels the other way, in turn. While
/// it is our turn, a change of our buttons is sent at once, and the levels as they are when
/// `wire_config::ece387_pace` has passed. A client sits from the beginning, as far as it can know.
///
/// What it says last waits until it is our turn, but no longer than `farewell_timeout`: `close` to
/// a peer that is kicked or refused, nothing to others.
class ece387_wire final : public wire {
public:
  /// @param peer what it is called, since it does not say its name.
  ece387_wire(const wire_config& config, const std::string& peer, time_point now);

  void receive(std::span<const std::uint8_t> bytes, time_point now) override;
  void tick(time_point now) override;
  void press(const levels& l, time_point now) override;
  void seat(time_point now) override;
  void wait(std::uint32_t place, const std::string& holder, time_point now) override;
  void shown(std::uint64_t ticket, time_point now) override;
  void not_shown(std::uint64_t ticket, time_point now) override { shown(ticket, now); }
  void meet_led_bank(time_point now) override;
  void end(errc reason, const std::string& text, time_point now) override;
  void close() override;
  time_point deadline() const override;
  bool is_listening() const override { return !said_close_ && !has_ended(); }

private:
  void leave() override;
  void on_message(level_set pressed, time_point now);
  void on_close();
  void show_heard();
  void show();
  void send_next(time_point now);
  void say(const ece387_message& m, time_point now);
  void refuse(const std::string& why);
  void schedule(time_point now);
  time_point dead_from() const;
  void say_last(time_point now);

  bool said_close_ = false;
  ece387_reader reader_;
  std::deque<level_set> heard_;      ///< the peer's levels that are not shown yet
  std::optional<level_set> shown_;   ///< the peer's last
  std::size_t asked_ = 0;            ///< `show` events without an answer
  bool show_again_ = false;          ///< there were too many of them when the last levels came
  std::size_t turns_ = 0;            ///< messages that it is our turn to send
  std::optional<level_set> levels_;  ///< of our buttons, as last sent
  std::deque<level_set> unsent_;     ///< what they were since
  time_point due_;                   ///< to look after the peer; at the end, how long that may take
  std::optional<time_point> pace_due_;  ///< to say the levels as they are
  time_point our_turn_;                 ///< when it became our turn
  stopwatch started_;
  stopwatch peers_turn_;  ///< when it became the peer's
};

}  // namespace ledactor::net
