#include "main/topology.hpp"

#include "actors/button.hpp"
#include "actors/chip.hpp"
#include "actors/panel.hpp"
#include "actors/watchdog.hpp"
#include "main/service_manager.hpp"
#include "net/board_id.hpp"
#include "net/client_endpoint.hpp"
#include "net/descriptor_watch.hpp"
#include "net/server_endpoint.hpp"

#include <caf/io/middleman.hpp>

#include <algorithm>
#include <utility>

namespace ledactor {

namespace {

/// What no other board of this machine has: a chip's line is one program's alone, and simulated
/// boards are told apart by their names.
std::string describe(const config& c) {
  const auto line = c.simulated ? "simulated" : c.gpio.chip + '\n' + hw::to_string(c.gpio.control);
  return (c.role == board_role::server ? "server\n" : "client\n") + c.name + '\n' + line;
}

net::session_config session_of(const config& c, net::shared_keys keys, const net::board_id& board) {
  return {{.role = c.role,
           .name = c.name,
           .leds = static_cast<std::uint8_t>(c.gpio.leds.size()),
           .buttons = static_cast<std::uint8_t>(c.gpio.buttons.size()),
           .heartbeat = c.heartbeat,
           .dead_after = c.dead_after,
           .ece387_pace = c.ece387_pace,
           .invert = c.invert,
           .page_port = c.web.enabled ? c.web.port : std::uint16_t{0},
           .board = board},
          std::move(keys),
          c.wire};
}

endpoint_actor spawn_endpoint(caf::actor_system& system, const config& c,
                              const net::session_config& session,
                              net::session_neighbours neighbours) {
  caf::actor_config how{&system.middleman().backend()};
  if (c.role == board_role::server) {
    return system.spawn_class<net::server_endpoint_impl, caf::no_spawn_options>(
        how,
        net::server_config{
            .listen = c.listen,
            .port = c.port,
            .seats = c.seats,
            .queue_when_busy = c.queue_when_busy,
            .retry_min = c.reconnect_min,
            .retry_max = c.reconnect_max,
            .session = session,
        },
        std::move(neighbours));
  }
  return system.spawn_class<net::client_endpoint_impl, caf::no_spawn_options>(
      how,
      net::client_config{
          .host = c.host,
          .port = c.port,
          .rejoin_when_kicked = c.rejoin_when_kicked,
          .retry_min = c.reconnect_min,
          .retry_max = c.reconnect_max,
          .session = session,
      },
      std::move(neighbours));
}

/// sd_watchdog_enabled(3): twice as often as needed.
std::chrono::nanoseconds feeding_pause(std::chrono::microseconds patience) {
  return patience / 2;
}

}  // namespace

actor_factories factories_of(caf::actor_system& system, const config& c, net::shared_keys keys,
                             hw::board_factory open, const watcher_actor& watcher) {
  return {
      .chip =
          [&system, open = std::move(open), n = c.gpio.buttons.size(),
           watch = net::watch_on(system.middleman().backend()),
           // The levels are checked at the heartbeat's pace, and not while the kernel debounces.
           check_every = std::max<timestamp>(c.heartbeat, min_check_pause)
                         + c.gpio.debounce](const supervisor_actor& owner) {
            return system.spawn<chip_impl>(owner, open, n, check_every, watch);
          },
      .panel = [&system, n = c.gpio.buttons.size()] { return system.spawn<panel_impl>(n); },
      .led_bank =
          [&system, watcher,
           bank = led_bank_config{c.gpio.leds.size(), c.on_link_loss, c.link_loss_grace}](
              const chip_actor& chip) { return system.spawn<led_bank_impl>(bank, chip, watcher); },
      .button =
          [&system, window = c.debounce](std::uint32_t number, const change_sink& sink) {
            return system.spawn<button_impl>(number, window, sink);
          },
      .endpoint =
          [&system, c, watcher,
           session = session_of(c, std::move(keys), net::board_id_here(describe(c)))](
              const supervisor_actor& supervisor, const panel_actor& panel,
              const led_bank_actor& led_bank) {
            return spawn_endpoint(system, c, session, {{}, supervisor, panel, led_bank, watcher});
          },
  };
}

supervisor_actor spawn_board(caf::actor_system& system, const config& c, actor_factories make,
                             const watcher_actor& watcher) {
  const auto manager = service_manager::from_environment();
  return system.spawn<supervisor_impl>(
      supervisor_config{
          .role = c.role,
          .num_buttons = static_cast<std::uint32_t>(c.gpio.buttons.size()),
          .exit_when_kicked = !c.rejoin_when_kicked,
          .watcher = watcher,
          .on_running =
              [&system, manager](const supervisor_actor& supervisor) {
                manager.tell("READY=1");
                if (const auto patience = manager.patience()) {
                  system.spawn<watchdog_impl>(supervisor, feeding_pause(*patience),
                                              [manager] { manager.tell("WATCHDOG=1"); });
                }
              },
          .on_stopping = [manager] { manager.tell("STOPPING=1"); },
      },
      std::move(make));
}

}  // namespace ledactor
