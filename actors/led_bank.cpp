#include "actors/led_bank.hpp"

#include "actors/log.hpp"

#include <algorithm>
#include <utility>

namespace ledactor {

led_bank_state::led_bank_state(led_bank_actor::pointer self, const led_bank_config& config,
                               chip_actor chip, lit_sink watcher)
    : self_(self),
      config_(config),
      all_leds_(~level_set{0} >> (64 - std::clamp<std::size_t>(config.num_leds, 1, 64))),
      chip_(std::move(chip)),
      watcher_(std::move(watcher)) {
  self_->set_down_handler([this](const caf::down_msg& down) { on_down(down); });
}

led_bank_actor::behavior_type led_bank_state::make_behavior() {
  write(0);
  return {
      [this](const peer_levels& wanted) { return on_levels(wanted); },
      [this](caf::ping_atom) { return self_->delegate(chip_, caf::ping_atom_v); },
      [this](attach_atom, chip_actor chip) { on_attach(std::move(chip)); },
  };
}

caf::result<void> led_bank_state::on_levels(const peer_levels& frame) {
  const auto session = caf::actor_cast<caf::actor_addr>(self_->current_sender());
  const auto known = std::find_if(peers_.begin(), peers_.end(),
                                  [&](const peer& p) { return p.session == session; });
  if (known != peers_.end()) {
    known->lit = frame.lit;
  } else {
    self_->monitor(session);
    peers_.push_back({session, frame.lit});
    grace_timer_.dispose();
  }
  if (wanted() == lit_) {
    return caf::unit;
  }
  lit_ = wanted();
  LEDACTOR_DEBUG("led-bank", "show leds={:#x} seq={}", lit_, frame.seq);
  auto written = self_->delegate(chip_, write_atom_v, lit_, frame.seq);
  tell(frame.seq);  // after the LEDs, which must not wait for who looks on
  return written;
}

void led_bank_state::on_attach(chip_actor chip) {
  chip_ = std::move(chip);
  write(lit_);
}

void led_bank_state::on_down(const caf::down_msg& down) {
  std::erase_if(peers_, [&](const peer& p) { return p.session == down.source; });
  if (!peers_.empty() || is_farewell(down.reason)) {
    change_to(wanted());
  } else if (config_.grace.count() == 0) {
    on_grace_end();
  } else {
    grace_timer_ = self_->run_delayed(config_.grace, [this] { on_grace_end(); });
  }
}

void led_bank_state::on_grace_end() {
  if (config_.on_link_loss != link_loss_policy::hold) {
    change_to(config_.on_link_loss == link_loss_policy::on ? all_leds_ : 0);
  }
}

level_set led_bank_state::wanted() const {
  level_set lit = 0;
  for (const auto& p : peers_) {
    lit |= p.lit;
  }
  return lit & all_leds_;
}

void led_bank_state::change_to(level_set lit) {
  if (lit != lit_) {
    write(lit);
  }
}

void led_bank_state::write(level_set lit) {
  lit_ = lit;
  LEDACTOR_DEBUG("led-bank", "show leds={:#x} peers={}", lit_, peers_.size());
  self_->send(chip_, write_atom_v, lit_, std::uint32_t{0});
  tell(0);
}

void led_bank_state::tell(std::uint32_t seq) {
  news_.send(self_, watcher_, lit_levels{lit_, seq});
}

}  // namespace ledactor
