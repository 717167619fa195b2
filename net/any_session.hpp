#pragma once

#include "net/ece387_session.hpp"
#include "net/session.hpp"

#include <variant>

namespace ledactor::net {

/// A server's connection to a peer whose wire is not known yet. Says nothing until the peer's first
/// bytes have told, and is from then on a session of that wire.
///
/// An endpoint owns it, as it does the session that it becomes. It ends with `errc::silent` if
/// nothing comes in `hello_timeout`; the session then has that time of its own for a whole hello.
class any_session_state {
public:
  static inline const char* name = "ledactor.session";

  any_session_state(session_actor::broker_pointer self, caf::io::connection_handle connection,
                    session_config config, session_neighbours neighbours);

  session_actor::behavior_type make_behavior();

private:
  void on_data(const caf::io::new_data_msg& msg);
  template <class State>
  void turn_into(const caf::io::new_data_msg& first_bytes);
  void finish(errc reason);

  session_actor::broker_pointer self_;
  caf::io::connection_handle connection_;
  session_config config_;
  session_neighbours neighbours_;
  caf::disposable deadline_;
  std::variant<std::monostate, session_state, ece387_session_state> session_;
};

using any_session_impl = closing_broker<session_actor, any_session_state>;

}  // namespace ledactor::net
