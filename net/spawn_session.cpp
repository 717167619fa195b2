#include "net/any_session.hpp"

#include <utility>

namespace ledactor::net {

namespace {

template <class Session>
session_actor spawn(caf::io::network::multiplexer& backend, caf::io::scribe_ptr connection,
                    const session_config& config, session_neighbours neighbours) {
  caf::actor_config how{&backend};
  auto session = backend.system().spawn_class<Session, caf::no_spawn_options>(
      how, connection->hdl(), config, std::move(neighbours));
  auto* broker = static_cast<Session*>(caf::actor_cast<caf::abstract_actor*>(session));
  if (connection->parent() == nullptr) {
    broker->add_scribe(std::move(connection));
  } else {
    broker->move_scribe(std::move(connection));
  }
  return session;
}

}  // namespace

session_actor spawn_session(caf::io::network::multiplexer& backend, caf::io::scribe_ptr connection,
                            const session_config& config, session_neighbours neighbours) {
  switch (config.wire) {
    case wire_kind::ece387:
      return spawn<ece387_session_impl>(backend, std::move(connection), config,
                                        std::move(neighbours));
    case wire_kind::any:
      return spawn<any_session_impl>(backend, std::move(connection), config, std::move(neighbours));
    case wire_kind::native:
      break;
  }
  return spawn<session_impl>(backend, std::move(connection), config, std::move(neighbours));
}

}  // namespace ledactor::net
