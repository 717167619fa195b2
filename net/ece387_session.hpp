#pragma once

#include "net/ece387.hpp"
#include "net/session.hpp"
#include "net/stopwatch.hpp"

#include <deque>
#include <optional>
#include <string>

namespace ledactor::net {

/// Most messages that a client may be ahead of the server's replies. The original is never ahead
/// by more than one.
inline constexpr std::size_t max_ece387_ahead = 16;

/// Most changes of the buttons that wait for the peer's answers; then the newest levels win. Fewer
/// than on the native wire, since only one of them travels at a time.
inline constexpr std::size_t max_ece387_unsent = 64;

/// One connection to a peer that speaks the original scripts' protocol, net/ECE387.md: levels one
/// way, levels the other way, in turn. While it is our turn, a change of our buttons is sent at
/// once, and the levels as they are when `session_config::ece387_pace` has passed.
///
/// An endpoint owns it, as it does a `session_state`, and it ends in the same ways. What it says
/// last waits until it is our turn, but no longer than `farewell_timeout`: `close` to a peer that
/// is kicked or refused, nothing to others.
class ece387_session_state {
public:
  static inline const char* name = "ledactor.session";

  ece387_session_state(session_actor::broker_pointer self, caf::io::connection_handle connection,
                       session_config config, session_neighbours neighbours);

  session_actor::behavior_type make_behavior();

  /// Takes what the peer has sent.
  void on_data(const caf::io::new_data_msg& msg);

private:
  using clock_time = caf::actor_clock::time_point;

  /// How far the two sides have come. A client sits from the beginning, as far as it can know.
  enum class phase { fresh, waiting, seated, ending, ended };

  bool is_client() const { return config_.role == board_role::client; }
  guest peer() const { return {self_->id(), peer_, ece387_lines, ece387_lines}; }
  bool is_stranger() const { return !is_client() && !let_in_; }
  bool may_log() { return !is_stranger() && neighbours_.lines->allows(self_->clock().now()); }

  // ece387_session.cpp: beginning, time and end
  void on_seat();
  void on_tick();
  void excuse_peer(clock_time now);
  void schedule_tick();
  std::optional<clock_time> deadline() const;
  void on_closed();
  void end(errc reason);
  void leave();
  void finish(errc reason);

  // ece387_session_io.cpp: what the peer says, and what we say
  void on_message(level_set pressed);
  void on_close();
  void show_heard();
  void on_levels(const levels& l);
  void send_next();
  void send(const ece387_message& m);
  void leave_when_sent();
  void on_transferred(const caf::io::data_transferred_msg& msg);
  void refuse(const std::string& why);

  session_actor::broker_pointer self_;
  caf::io::connection_handle connection_;
  session_config config_;
  session_neighbours neighbours_;
  phase phase_ = phase::fresh;
  errc end_reason_ = errc::none;
  std::string peer_;
  std::string complaint_;  ///< what we found wrong with what the peer sent
  bool let_in_ = false;    ///< on a server: the peer has, or had, a seat or a place in the queue
  bool linked_ = false;
  bool said_close_ = false;

  ece387_reader reader_;
  std::deque<level_set> heard_;     ///< the peer's levels that are not shown yet
  std::optional<level_set> shown_;  ///< the peer's last
  outbox<led_bank_actor, peer_levels> shows_{max_ece387_ahead};

  std::size_t turns_ = 0;            ///< messages that it is our turn to send
  std::optional<level_set> levels_;  ///< of our buttons, as last sent
  std::deque<level_set> unsent_;     ///< what they were since
  std::size_t outstanding_ = 0;      ///< bytes that the peer's side has not taken
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t merged_here_ = 0;

  caf::disposable tick_;
  caf::disposable pace_;
  caf::disposable farewell_;  ///< how long the last word may take
  clock_time due_;            ///< the tick
  clock_time our_turn_;       ///< when it became our turn
  stopwatch started_;
  stopwatch peers_turn_;  ///< when it became the peer's
  link_metrics metrics_;
};

using ece387_session_impl = closing_broker<session_actor, ece387_session_state>;

}  // namespace ledactor::net
