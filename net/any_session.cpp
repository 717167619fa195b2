#include "net/any_session.hpp"

#include "actors/log.hpp"
#include "net/socket.hpp"

#include <utility>

namespace ledactor::net {

any_session_state::any_session_state(session_actor::broker_pointer self,
                                     caf::io::connection_handle connection, session_config config,
                                     session_neighbours neighbours)
    : self_(self),
      connection_(connection),
      config_(std::move(config)),
      neighbours_(std::move(neighbours)) {
  self_->set_exit_handler([this](const caf::exit_msg& msg) { finish(to_errc(msg.reason)); });
}

session_actor::behavior_type any_session_state::make_behavior() {
  self_->configure_read(connection_, caf::io::receive_policy::at_most(4096));
  deadline_ = self_->run_delayed(hello_timeout, [this] { finish(errc::silent); });
  return {
      [this](const caf::io::new_data_msg& msg) { on_data(msg); },
      [this](const caf::io::connection_closed_msg&) { finish(errc::closed); },
      // Who has said nothing is sent nothing, and has neither a seat nor a place.
      [](const caf::io::data_transferred_msg&) {},
      [](const levels&) {},
      [](seat_atom) {},
      [](yield_atom, bool) { return false; },
      [](queue_atom, std::uint32_t, const std::string&) {},
      [this](attach_atom, const panel_actor& panel) { neighbours_.panel = panel; },
      [this](attach_atom, const led_bank_actor& led_bank) { neighbours_.led_bank = led_bank; },
  };
}

void any_session_state::on_data(const caf::io::new_data_msg& msg) {
  deadline_.dispose();
  const std::span bytes{reinterpret_cast<const std::uint8_t*>(msg.buf.data()), msg.buf.size()};
  if (looks_like_ece387(bytes)) {
    turn_into<ece387_session_state>(msg);
  } else {
    turn_into<session_state>(msg);
  }
}

template <class State>
void any_session_state::turn_into(const caf::io::new_data_msg& first_bytes) {
  auto& session = session_.emplace<State>(self_, connection_, config_, neighbours_);
  self_->become(session.make_behavior());
  session.on_data(first_bytes);
}

void any_session_state::finish(errc reason) {
  deadline_.dispose();
  LEDACTOR_DEBUG("session", "ended reason={}", to_string(reason));
  shutdown_both(static_cast<int>(connection_.id()));
  self_->quit(caf::make_error(reason));
}

}  // namespace ledactor::net
