#pragma once

#include "net/backoff.hpp"
#include "net/cables.hpp"
#include "net/carrier_watch.hpp"
#include "net/closing_broker.hpp"
#include "net/doorstep.hpp"
#include "net/handshake_limiter.hpp"
#include "net/seating.hpp"
#include "net/session.hpp"

#include <caf/io/all.hpp>
#include <caf/telemetry/gauge.hpp>

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace ledactor::net {

/// Most connections at a time beyond the seats: those that say nothing, wait, or are being refused.
inline constexpr std::size_t max_unseated = max_waiting + 2 * max_fresh;

/// Descriptors that are left for all else than connections: the board, the log, CAF's own. At the
/// limit of the process, accept(2) would fail over and over.
inline constexpr std::size_t reserved_descriptors = 32;

/// Strangers that come at once and are logged one by one; see `line_limiter`.
inline constexpr std::int64_t stranger_line_burst = 3;

/// How long an address that another process listens on is tried, so that a restart of the
/// program finds the port that its predecessor is just leaving.
inline constexpr std::chrono::seconds in_use_patience{1};
inline constexpr std::chrono::milliseconds in_use_retry{50};

/// How a server listens and whom it lets in.
struct server_config {
  std::string listen = "127.0.0.1";  ///< an address; conf `ledactor.server.listen`
  std::uint16_t port = 23870;        ///< 1 to 65535; conf `ledactor.server.port`
  std::size_t seats = 1;             ///< 1 to 64; conf `ledactor.server.seats`
  bool queue_when_busy = true;       ///< conf `ledactor.server.when-busy`
  caf::timespan retry_min = std::chrono::milliseconds{250};  ///< conf `link.reconnect-min`
  caf::timespan retry_max = std::chrono::seconds{5};         ///< conf `link.reconnect-max`
  session_config session;
};

/// The server's interface towards the I/O thread, its sessions and the supervisor.
using server_endpoint_actor = endpoint_actor::extend_with<session_host>::extend<
    caf::result<void>(caf::io::new_connection_msg), caf::result<void>(caf::io::acceptor_closed_msg),
    caf::result<void>(caf::io::new_data_msg), caf::result<void>(caf::io::connection_closed_msg),
    // The cables have news.
    caf::result<void>(carrier_atom)>;

/// Listens, gives each connection a session, and the seats to those who have said hello, in the
/// order in which they came. A board that comes again while its last session is still here, as
/// after a pulled cable, gets the place of that: at once if it has proved a key, else as soon as
/// nothing has come from the ghost for a heartbeat. Sessions whose cable is pulled end at once with
/// `errc::cable`.
///
/// The supervisor owns it. It ends with `errc::not_available` when another process keeps the
/// port, with `errc::no_permission` when the port is not for this user, and after all its
/// sessions when it is told to. While the address is not there yet, it keeps trying.
class server_endpoint_state {
public:
  static inline const char* name = "ledactor.endpoint";

  /// @param neighbours for the sessions; the host is filled in.
  server_endpoint_state(server_endpoint_actor::broker_pointer self, server_config config,
                        session_neighbours neighbours);

  server_endpoint_state(const server_endpoint_state&) = delete;
  server_endpoint_state& operator=(const server_endpoint_state&) = delete;

  /// Ends the sessions, however the endpoint itself has ended. They do not monitor it: what a
  /// monitor leaves on a long-lived actor would keep the memory of each of them.
  ~server_endpoint_state();

  server_endpoint_actor::behavior_type make_behavior();

private:
  /// A guest that has said hello.
  struct arrival {
    guest who;
    std::string address;
  };

  /// A guest whose board has a session here already, which makes room for it at this moment.
  struct claim {
    arrival heir;
    caf::actor_id ghost;
  };

  void listen();
  void on_listen_error(int code, const std::string& text);
  void on_connection(const caf::io::new_connection_msg& msg);
  bool may_begin(const std::string& address);
  void on_greeting(const guest& peer);
  void welcome(const arrival& newcomer);
  void admit(const arrival& newcomer);
  std::vector<arrival> take_heirs(caf::actor_id ghost);
  bool hand_on(const guest& left, const std::vector<arrival>& heirs);
  void pass_seat(caf::actor_id session);
  void on_carrier();
  void on_session_end(const caf::down_msg& down);
  void on_settled(const caf::down_msg& down);
  void make_room(const caf::down_msg& down);
  void on_exit(const caf::exit_msg& msg);
  void tell_places();
  void leave_if_alone();
  void tell_guests();
  void count_guests();
  void turn_away(const std::string& address, const caf::error& why);

  server_endpoint_actor::broker_pointer self_;
  server_config config_;
  session_neighbours neighbours_;
  caf::io::accept_handle doorman_;
  caf::actor_clock::time_point started_;
  backoff retry_;
  std::unordered_map<caf::actor_id, session_actor> sessions_;
  std::size_t max_sessions_;
  doorstep doorstep_;  ///< sessions whose peers have not said hello
  handshake_limiter handshakes_;
  seating seating_;
  std::size_t unsettled_ = 0;  ///< those who had seats, and have sent what is not dealt with yet
  std::deque<arrival> newcomers_;  ///< who have said hello meanwhile
  std::vector<claim> claims_;      ///< oldest first
  cables cables_;
  std::unique_ptr<carrier_watch> watch_;
  bool stopping_ = false;
  caf::telemetry::int_counter* turned_away_;
  caf::telemetry::int_gauge* seats_taken_;
  caf::telemetry::int_gauge* queue_length_;
  line_limiter strangers_;  ///< who is turned away; the guests' lines are the neighbours'
  outbox<watcher_actor, guest_list> news_{max_unanswered_news};
};

using server_endpoint_impl = closing_broker<server_endpoint_actor, server_endpoint_state>;

}  // namespace ledactor::net
