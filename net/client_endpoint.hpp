#pragma once

#include "net/backoff.hpp"
#include "net/cables.hpp"
#include "net/carrier_watch.hpp"
#include "net/closing_broker.hpp"
#include "net/dialer.hpp"
#include "net/session.hpp"

#include <caf/io/all.hpp>
#include <caf/telemetry/counter.hpp>

#include <memory>
#include <string>

namespace ledactor::net {

/// How long an address may take to answer, at most: the kernel asks twice in it (RFC 6298). One
/// that is back meanwhile is not found sooner by waiting longer, but by dialing again.
inline constexpr std::chrono::seconds max_connect_time{2};

/// The same, at least, for the sake of slow networks.
inline constexpr std::chrono::seconds min_connect_time{1};

/// How long the name service may take before the log tells of it.
inline constexpr std::chrono::seconds lookup_patience{3};

/// Where a client dials and how it goes on when that fails.
struct client_config {
  std::string host = "192.168.0.2";  ///< a name or an address; conf `ledactor.client.host`
  std::uint16_t port = 23870;        ///< 1 to 65535; conf `ledactor.client.port`
  bool rejoin_when_kicked = false;   ///< conf `ledactor.client.on-kick`
  caf::timespan retry_min = std::chrono::milliseconds{250};  ///< conf `link.reconnect-min`
  caf::timespan retry_max = std::chrono::seconds{5};         ///< conf `link.reconnect-max`
  session_config session;
};

/// The client's interface towards the I/O thread, its session and the supervisor.
using client_endpoint_actor = endpoint_actor::extend_with<session_host>::extend<
    // The dialer has news.
    caf::result<void>(dialed_atom),
    // The cables have news.
    caf::result<void>(carrier_atom), caf::result<void>(caf::io::new_data_msg),
    caf::result<void>(caf::io::connection_closed_msg)>;

/// Dials a server and gives the connection a session; when that ends, or the dialing fails, dials
/// again, for ever, with pauses that double and have some chance in them. A pause counts from when
/// the last attempt began, so that a server that is back is dialed within the longest pause. A
/// session whose cable is pulled ends at once with `errc::cable`; when one is plugged in, a client
/// without a session dials at once.
///
/// The supervisor owns it. It ends when it is told to, after its session.
class client_endpoint_state {
public:
  static inline const char* name = "ledactor.endpoint";

  /// @param neighbours for the session; the host is filled in.
  client_endpoint_state(client_endpoint_actor::broker_pointer self, client_config config,
                        session_neighbours neighbours);

  client_endpoint_state(const client_endpoint_state&) = delete;
  client_endpoint_state& operator=(const client_endpoint_state&) = delete;

  /// Ends the session, however the endpoint itself has ended.
  ~client_endpoint_state();

  client_endpoint_actor::behavior_type make_behavior();

private:
  void dial();
  void dial_later();
  void on_dialed();
  void on_carrier();
  void on_greeting(const guest& server);
  void on_session_end(const caf::down_msg& down);
  void on_exit(const caf::exit_msg& msg);

  client_endpoint_actor::broker_pointer self_;
  client_config config_;
  session_neighbours neighbours_;
  backoff retry_;
  caf::actor_clock::time_point began_;  ///< the last attempt
  caf::disposable pause_;               ///< until the next
  caf::disposable lookup_timer_;
  caf::disposable dial_timer_;  ///< when the dialer has to go on
  session_actor session_;
  bool settling_ = false;  ///< a session has ended, and it is not time to dial again
  bool stopping_ = false;
  caf::telemetry::int_counter* reconnects_;
  outbox<watcher_actor, guest_list> news_{max_unanswered_news};
  cables cables_;
  std::unique_ptr<carrier_watch> watch_;
  std::unique_ptr<dialer> dialer_;
};

using client_endpoint_impl = closing_broker<client_endpoint_actor, client_endpoint_state>;

}  // namespace ledactor::net
