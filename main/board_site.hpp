#pragma once

#include "main/config.hpp"
#include "main/failure.hpp"
#include "net/secure_channel.hpp"
#include "web/http_server.hpp"
#include "web/metrics.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace ledactor {

/// A board's page and API: what watches its actors, and who serves what was seen.
class board_site {
public:
  /// Listens, so that what is wrong is known before any actor starts.
  /// @returns null if the board is to run without it: that is configured, or its default port is
  /// taken, which is warned of; or what is wrong.
  static std::variant<std::unique_ptr<board_site>, failure> make(const config& c,
                                                                 const net::shared_keys& keys);

  board_site(const board_site&) = delete;
  board_site& operator=(const board_site&) = delete;

  /// Answers nobody any more. Before the actor system ends.
  ~board_site();

  /// Starts whoever is told what happens. It ends with the last who tells it.
  watcher_actor watch(caf::actor_system& system);

  /// Answers from now on.
  /// @param move_finger null on a real board; see `web::api_actions`.
  void open(caf::actor_system& system, const supervisor_actor& supervisor,
            std::function<bool(std::uint32_t, bool)> move_finger);

private:
  board_site(const config& c, const net::shared_keys& keys, std::string token);

  web::board_facts facts_;
  std::string token_;
  std::vector<std::string> names_;
  std::shared_ptr<web::board_view> view_ = std::make_shared<web::board_view>();
  web::http_server server_;
  std::string url_;
};

}  // namespace ledactor
