#pragma once

#include "actors/line_limiter.hpp"
#include "actors/outbox.hpp"
#include "net/closing_broker.hpp"
#include "net/link_metrics.hpp"
#include "net/secure_channel.hpp"
#include "net/wire.hpp"
#include "net/wire_kind.hpp"

#include <caf/io/all.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ledactor::net {

/// Most places that the supervisor has not answered yet.
inline constexpr std::size_t max_unanswered_places = 16;

/// What a session says of its board, how it minds the link, and what it speaks.
struct session_config : wire_config {
  shared_keys keys = nullptr;  ///< null: the link is not encrypted
  wire_kind wire = wire_kind::native;
};

/// Whoever runs a session: is told who the peer is when the peer asks for a seat (on a server),
/// or has given one or a place in its queue (on a client).
using session_host = caf::typed_actor<caf::result<void>(greet_atom, guest)>;

/// With whom a session works.
struct session_neighbours {
  session_host host;
  supervisor_actor supervisor;
  panel_actor panel;
  led_bank_actor led_bank;
  watcher_actor watcher;
  /// Of the log, what all sessions of an endpoint may have of it.
  std::shared_ptr<line_limiter> lines = std::make_shared<line_limiter>([](std::uint64_t) {});
};

using session_actor = caf::typed_actor<
    caf::result<void>(caf::io::new_data_msg), caf::result<void>(caf::io::connection_closed_msg),
    caf::result<void>(caf::io::data_transferred_msg),
    // The panel's levels, to be sent.
    caf::result<void>(levels),
    // On a server: the peer may sit down.
    caf::result<void>(seat_atom),
    // On a server: the peer's board has come again, and has proved a key or not. Whether this is
    // its ghost, and so is about to end.
    caf::result<bool>(yield_atom, bool),
    // On a server: the peer's place in the queue, and who holds the seat.
    caf::result<void>(queue_atom, std::uint32_t, std::string),
    // A neighbour was restarted.
    caf::result<void>(attach_atom, panel_actor), caf::result<void>(attach_atom, led_bank_actor)>;

/// One connection to a peer: owns it, its encryption, its timer, its lines in the log and its
/// figures, and brings a `wire` together with the neighbours. What is said to the peer, and when,
/// the wire decides; all that it says in one turn of the session leaves at once, in one TLS record
/// (up to its size) and one write. A turn is what has come in one read, or all messages that wait.
///
/// An endpoint owns it and hands it the connection. An exit message with an `errc` tears it down:
/// it says farewell, with that as the reason, and ends with it. Otherwise it ends with what
/// ended the link: a peer's farewell, silence, nonsense or a closed connection; the error's context
/// is what was wrong with what the peer sent.
class session_state {
public:
  static inline const char* name = "ledactor.session";

  session_state(session_actor::broker_pointer self, caf::io::connection_handle connection,
                session_config config, session_neighbours neighbours);

  session_actor::behavior_type make_behavior();

  /// Sends what the wire has said in this turn.
  void end_turn();

private:
  using time_point = wire::time_point;

  // session.cpp: the connection, its encryption and the time
  void begin();
  void on_data(const caf::io::new_data_msg& msg);
  bool speak_alike(std::span<const std::uint8_t> first_bytes);
  std::span<const std::uint8_t> decrypt(std::span<const std::uint8_t> bytes);
  void fail_channel(errc why);
  void send_output();
  void on_exit(const caf::exit_msg& msg);
  void set_timer();
  time_point now() const { return self_->clock().now(); }

  /// Gives the wire something that has come about, and sees to what it makes of it.
  template <class Input>
  void put(Input input) {
    input(*wire_, now());
    react();
  }

  // session_events.cpp: what the wire wants
  void react();
  void on(const wire_events::met& e);
  void on(const wire_events::arrived& e);
  void on(const wire_events::seated& e);
  void on(wire_events::placed& e);
  void on(const wire_events::linked& e);
  void on(const wire_events::heard& e);
  void on(const wire_events::show& e);
  void on(const wire_events::sent& e);
  void on(const wire_events::confirmed& e);
  void on(const wire_events::farewell& e);
  void on(const wire_events::refused& e);
  void on(const wire_events::held_up& e);
  void on(const wire_events::fell_silent& e);
  void on(const wire_events::ended& e);
  void ask_panel();
  void complain(const std::string& why);
  void count();
  bool may_log();

  session_actor::broker_pointer self_;
  caf::io::connection_handle connection_;
  session_config config_;
  session_neighbours neighbours_;
  std::unique_ptr<wire> wire_;
  std::unique_ptr<secure_channel> channel_;  ///< null: not encrypted
  bool secured_ = false;                     ///< the channel is open
  bool heard_ = false;                       ///< the peer has sent anything
  std::string complaint_;                    ///< what we last found wrong with what the peer sent
  std::vector<std::uint8_t> secret_;         ///< what is to be sent, encrypted
  caf::disposable timer_;
  time_point timer_due_ = time_point::max();
  wire_counts counted_;  ///< of the wire's figures, what is in the metrics
  link_metrics metrics_;
  outbox<supervisor_actor, wait_atom, std::uint32_t, std::string> places_{max_unanswered_places};
  outbox<watcher_actor, round_trip> round_trips_{max_unanswered_news};
};

using session_impl = closing_broker<session_actor, session_state>;

/// Makes a session that takes over a connection and speaks `config.wire`. Called on the I/O thread.
/// @param connection taken from a broker, or new.
session_actor spawn_session(caf::io::network::multiplexer& backend, caf::io::scribe_ptr connection,
                            const session_config& config, session_neighbours neighbours);

}  // namespace ledactor::net
