#pragma once

#include "actors/messages.hpp"
#include "actors/outbox.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ledactor {

/// What the LEDs do when the link is lost. conf `ledactor.board.on-link-loss`.
enum class link_loss_policy { off, hold, on };

/// How an LED bank behaves.
struct led_bank_config {
  std::size_t num_leds = 4;  ///< 1 to `hw::max_lines`
  link_loss_policy on_link_loss = link_loss_policy::off;
  timestamp grace{0};  ///< from the loss to the policy [ns], >= 0; `board.link-loss-grace`
};

/// Knows what the peers ask of the LEDs, and has the chip write what changes, in one call.
///
/// While anybody is linked the LEDs show the OR of all linked peers' buttons. When the last link
/// is lost, they take the policy after the grace; after a farewell they go off at once. A frame
/// is answered when its levels are written.
///
/// The supervisor owns it.
class led_bank_state {
public:
  static inline const char* name = "ledactor.led-bank";

  /// @param watcher is told what the LEDs show.
  led_bank_state(led_bank_actor::pointer self, const led_bank_config& config, chip_actor chip,
                 lit_sink watcher);

  led_bank_actor::behavior_type make_behavior();

private:
  struct peer {
    caf::actor_addr session;
    level_set lit;
  };

  caf::result<void> on_levels(const peer_levels& wanted);
  void on_attach(chip_actor chip);
  void on_down(const caf::down_msg& down);
  void on_grace_end();

  level_set wanted() const;
  void tell(std::uint32_t seq);
  void change_to(level_set lit);
  void write(level_set lit);

  led_bank_actor::pointer self_;
  led_bank_config config_;
  level_set all_leds_;
  chip_actor chip_;
  std::vector<peer> peers_;
  level_set lit_ = 0;  ///< as last written
  caf::disposable grace_timer_;
  lit_sink watcher_;
  outbox<lit_sink, lit_levels> news_{max_unanswered_news};
};

using led_bank_impl = led_bank_actor::stateful_impl<led_bank_state>;

}  // namespace ledactor
