#pragma once

#include "actors/led_bank.hpp"
#include "actors/messages.hpp"
#include "hw/gpio_config.hpp"
#include "net/wire_kind.hpp"

#include <caf/settings.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace ledactor {

/// How a board is seen and steered over HTTP.
struct web_config {
  bool enabled = true;
  std::string listen;
  std::uint16_t port = 0;
  bool is_port_given = false;      ///< else it is the role's own, and may be taken already
  std::string token_file;          ///< empty: none
  std::vector<std::string> names;  ///< see `web::own_names`
};

/// The `ledactor` section of the configuration, checked, with the defaults filled in. Of the
/// sections `server` and `client`, the lines and the port are those of the role.
struct config {
  board_role role;
  std::string name;
  bool is_name_given;                  ///< else it is the host's
  std::vector<std::string> key_files;  ///< empty: the link is not encrypted
  std::string listen;                  ///< a server's
  std::string host;                    ///< a client's
  std::size_t seats;
  std::uint16_t port;
  bool plaintext;  ///< the link may leave this machine unencrypted
  bool queue_when_busy;
  bool rejoin_when_kicked;
  bool simulated;  ///< rather than on a GPIO chip
  bool invert;     ///< 0 is pressed, and lit, on the wire
  link_loss_policy on_link_loss;
  net::wire_kind wire;
  web_config web;
  /// The other role's lines, which are the peer's if it has the same file.
  std::vector<hw::line_id> peer_leds;
  std::vector<hw::line_id> peer_buttons;
  hw::gpio_config gpio;    ///< the lines are good for a simulated board, too
  caf::timespan debounce;  ///< by the buttons' actors
  caf::timespan bounce;
  caf::timespan link_loss_grace;
  caf::timespan ece387_pace;
  caf::timespan heartbeat;
  caf::timespan dead_after;
  caf::timespan reconnect_min;
  caf::timespan reconnect_max;
};

/// Puts the defaults where `settings` has nothing.
void fill_in_defaults(caf::settings& settings);

/// Reads the configuration.
/// @param settings with all keys good by themselves, and the defaults filled in.
config read_config(const caf::settings& settings);

/// Whether a link may leave this machine unencrypted: without a key, or on the original's wire.
bool goes_out_in_clear(const config& c);

/// What whoever starts such a board is told, in one line.
std::string clear_link_warning(const config& c);

/// Checks what belongs together.
/// @returns what is wrong with it, in one line; empty if nothing is.
std::string find_fault(const config& c);

}  // namespace ledactor
