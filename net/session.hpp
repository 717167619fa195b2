#pragma once

#include "actors/line_limiter.hpp"
#include "actors/messages.hpp"
#include "actors/outbox.hpp"
#include "net/closing_broker.hpp"
#include "net/frame.hpp"
#include "net/link_metrics.hpp"
#include "net/secure_channel.hpp"
#include "net/stopwatch.hpp"
#include "net/wire.hpp"

#include <caf/io/all.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace ledactor::net {

/// How long a connection may take to prove that it holds the key, and to say hello.
inline constexpr std::chrono::seconds hello_timeout{3};

/// How long a farewell waits for the peer to close its side too.
inline constexpr std::chrono::milliseconds farewell_timeout{200};

/// Most changes of the buttons that wait for a peer that lags; then the newest levels win.
inline constexpr std::size_t max_unsent = 32'768;

/// Most bytes that may wait for a peer to read them; more ends the session as stalled.
inline constexpr std::size_t max_outstanding = std::size_t{64} * 1024;

/// Changes of its place in a queue that a client passes on: so many at once, as when all who wait
/// before it leave together, and then one each interval. Of those that come faster, the newest.
inline constexpr std::int64_t place_burst = 32;
inline constexpr std::chrono::milliseconds place_interval{250};

/// Most places that the supervisor has not answered yet.
inline constexpr std::size_t max_unanswered_places = 16;

/// What a session says of its board, and how it minds the link.
struct session_config {
  board_role role = board_role::server;
  std::string name = "board";                          ///< see `is_valid_name`
  std::uint8_t leds = 4;                               ///< 1 to 64
  std::uint8_t buttons = 4;                            ///< 1 to 64
  shared_keys keys = nullptr;                          ///< null: the link is not encrypted
  caf::timespan heartbeat = std::chrono::seconds{1};   ///< > 0; conf `ledactor.link.heartbeat`
  caf::timespan dead_after = std::chrono::seconds{3};  ///< > heartbeat; `ledactor.link.dead-after`
  wire_kind wire = wire_kind::native;
  caf::timespan ece387_pace = std::chrono::milliseconds{5};  ///< > 0; `ledactor.link.ece387-pace`
  bool invert = false;                                       ///< conf `ledactor.board.invert`
  std::uint16_t page_port = 0;  ///< what a browser is told that comes here; 0: there is no page
  board_id board{};             ///< all zero: it has none
};

/// Turns a board's levels into the wire's, and those into a board's.
/// @param lines how many there are: of the sender's buttons.
/// @returns the levels, of these lines swapped if the board is inverted: 0 is pressed, or lit.
level_set on_wire(const session_config& config, level_set levels, std::size_t lines);

/// Whoever runs a session: is told who the peer is when the peer asks for a seat (on a server),
/// or has given one or a place in its queue (on a client).
using session_host = caf::typed_actor<caf::result<void>(greet_atom, guest)>;

/// With whom a session works.
struct session_neighbours {
  session_host host;
  supervisor_actor supervisor;
  panel_actor panel;
  led_bank_actor led_bank;
  watcher_actor watcher = {};  ///< null: nobody looks on
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

/// One connection to a peer: a key if there is one, hello, a seat or a place in the queue, then
/// levels both ways, with acknowledgements and heartbeats. What it says to the peer,
/// net/PROTOCOL.md tells.
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

  /// Takes what the peer has sent.
  void on_data(const caf::io::new_data_msg& msg);

private:
  using clock_time = caf::actor_clock::time_point;

  /// How far the two sides have come.
  enum class phase { fresh, greeted, seated, ending };

  /// Where a frame of the peer's is on its way to the LEDs.
  enum class showing {
    asked,
    shown,
    lost
  };  ///< lost: an LED bank, or its chip, took it to its grave

  struct received_levels {
    levels_frame frame;
    showing state = showing::asked;
  };

  /// A levels frame that the peer is to acknowledge.
  struct sent_levels {
    ack expected;
    stopwatch sent;
  };

  // session.cpp: beginning, time and end
  void on_tick();
  void excuse_peer(clock_time now);
  caf::timespan patience() const;
  bool is_stalled(clock_time now) const;
  void schedule_tick();
  void on_seat();
  bool on_yield(bool proved);
  clock_time ghost_from() const;
  void on_exit(const caf::exit_msg& msg);
  void on_closed();
  void end(errc reason, std::string text = {});
  void finish(errc reason);

  // session_read.cpp: what the peer says
  bool speak_alike(std::span<const std::uint8_t> first_bytes);
  std::span<const std::uint8_t> decrypt(std::span<const std::uint8_t> bytes);
  void on_frame(const frame& f);
  void on_hello(const hello& f);
  void on_wait(const wait& f);
  void tell_place();
  guest peer() const;
  void on_levels(levels_frame f);
  void show(received_levels& l);
  void show_again();
  void acknowledge_shown();
  void on_ack(const ack& f);
  void on_bye(const bye& f);
  void refuse(const std::string& why);
  void complain(const std::string& why);
  void complain_of_channel(errc why);
  bool is_stranger() const;
  bool may_log();

  // session_write.cpp: what we say
  void on_levels(const levels& l);
  void on_transferred(const caf::io::data_transferred_msg& msg);
  void leave_when_sent();
  void send_unsent();
  void send(const frame& f);
  void write(std::span<const std::uint8_t> bytes);
  frame own_hello() const;

  session_actor::broker_pointer self_;
  caf::io::connection_handle connection_;
  session_config config_;
  session_neighbours neighbours_;
  phase phase_ = phase::fresh;
  errc end_reason_ = errc::none;
  std::string peer_;       ///< its name; empty before its hello
  std::string complaint_;  ///< what we last found wrong with what the peer sent
  std::uint8_t peer_leds_ = 0;
  std::uint8_t peer_buttons_ = 0;
  board_id peer_board_{};
  caf::timespan
      peer_heartbeat_;   ///< as it says in its hello; before that, and if it does not: ours
  bool let_in_ = false;  ///< a seat or a place in the queue has been given
  bool linked_ = false;
  bool claimed_ = false;  ///< the peer's board has come again since the peer was last heard

  std::unique_ptr<secure_channel> channel_;  ///< null: not encrypted
  bool secured_ = false;                     ///< the channel is open
  bool heard_ = false;                       ///< the peer has sent anything
  std::string foreign_;                      ///< what its first bytes are, if not our wire
  frame_reader reader_;
  std::deque<received_levels> being_shown_;  ///< the peer's frames that wait to be acknowledged
  std::optional<levels_frame> last_shown_;   ///< the peer's last
  std::uint64_t attached_led_banks_ = 0;     ///< how often a new one, or one with a new chip, came

  std::vector<std::uint8_t> frame_bytes_;
  std::deque<levels_frame> unsent_;
  std::deque<sent_levels> unacknowledged_;  ///< oldest first
  std::size_t outstanding_ = 0;             ///< bytes that the peer's side has not taken
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t merged_here_ = 0;

  caf::disposable tick_;
  caf::disposable farewell_;  ///< how long the peer has to close its side
  clock_time due_;            ///< the tick
  clock_time last_sent_;
  stopwatch started_;
  stopwatch heard_last_;
  stopwatch taken_last_;  ///< when the peer's side took bytes, or nothing waited
  link_metrics metrics_;

  std::optional<wait> place_;  ///< on a client: in the queue, if the supervisor is to be told yet
  rate_limiter place_rate_{place_burst, place_interval};
  outbox<supervisor_actor, wait_atom, std::uint32_t, std::string> places_{max_unanswered_places};
  outbox<watcher_actor, round_trip> round_trips_{max_unanswered_news};
};

using session_impl = closing_broker<session_actor, session_state>;

/// Makes a session that takes over a connection and speaks `config.wire`. Called on the I/O thread.
/// @param connection taken from a broker, or new.
session_actor spawn_session(caf::io::network::multiplexer& backend, caf::io::scribe_ptr connection,
                            const session_config& config, session_neighbours neighbours);

}  // namespace ledactor::net
