#pragma once

#include "actors/led_bank.hpp"
#include "actors/messages.hpp"
#include "main/failure.hpp"

#include <caf/settings.hpp>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ledactor {

/// The `ledactor` section of the configuration, checked, with the defaults filled in. Of the
/// sections `server` and `client`, the lines and the port are those of the role.
struct config {
  board_role role;
  std::string name;
  std::string listen;  ///< a server's
  std::string host;    ///< a client's
  std::uint16_t port;
  std::size_t seats;
  bool queue_when_busy;
  bool rejoin_when_kicked;
  std::vector<std::string> leds;  ///< lines in the form of `line_name`
  std::vector<std::string> buttons;
  std::string control;
  caf::timespan debounce;
  caf::timespan bounce;
  link_loss_policy on_link_loss;
  caf::timespan link_loss_grace;
  caf::timespan heartbeat;
  caf::timespan dead_after;
  caf::timespan reconnect_min;
  caf::timespan reconnect_max;
};

/// Puts the defaults where `settings` has nothing.
void fill_in_defaults(caf::settings& settings);

/// Checks what belongs together and reads the result.
/// @param settings with all keys good by themselves, and the defaults filled in.
/// @returns the configuration, or the first fault; its status is `exit_config`.
std::variant<config, failure> read_config(const caf::settings& settings);

}  // namespace ledactor
