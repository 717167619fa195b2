#include "actors/crew.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace ledactor {

crew::crew(supervisor_actor::pointer owner, std::uint32_t num_buttons, watcher_actor watcher,
           actor_factories make)
    : owner_(owner),
      num_buttons_(num_buttons),
      watcher_(std::move(watcher)),
      make_(std::move(make)),
      buttons_(num_buttons + 1) {}

void crew::enlist(child_table& table) {
  const auto enter = [&table](const std::string& name, component what, auto make,
                              const auto& made) {
    table.add(name, what, [make = std::move(make), &made] {
      make();
      return caf::actor_cast<caf::strong_actor_ptr>(made);
    });
  };
  enter(
      "chip", component::chip, [this] { make_chip(); }, chip_);
  enter(
      "panel", component::panel, [this] { make_panel(); }, panel_);
  enter(
      "led-bank", component::led_bank, [this] { make_led_bank(); }, led_bank_);
  for (std::uint32_t i = 0; i <= num_buttons_; ++i) {
    enter(
        i == num_buttons_ ? "control" : "button-" + std::to_string(i + 1), component::button,
        [this, i] { make_button(i); }, buttons_[i]);
  }
  enter(
      "endpoint", component::endpoint, [this] { make_endpoint(); }, endpoint_);
}

void crew::forget() {
  panel_ = nullptr;
  led_bank_ = nullptr;
  endpoint_ = nullptr;
  std::fill(buttons_.begin(), buttons_.end(), nullptr);
}

void crew::make_chip() {
  chip_ = make_.chip(supervisor_actor{owner_});
  for (std::uint32_t i = 0; i <= num_buttons_; ++i) {
    attach_button(i);
  }
  if (led_bank_) {
    owner_->send(led_bank_, attach_atom_v, chip_);
  }
  if (endpoint_) {  // sessions show again what the old chip did not
    owner_->send(endpoint_, attach_atom_v, led_bank_);
  }
}

void crew::make_panel() {
  panel_ = make_.panel();
  owner_->send(panel_, attach_atom_v, levels_sink{watcher_});
  for (std::uint32_t i = 0; i < num_buttons_; ++i) {
    if (buttons_[i]) {
      owner_->send(buttons_[i], attach_atom_v, change_sink{panel_});
    }
  }
  if (endpoint_) {
    owner_->send(endpoint_, attach_atom_v, panel_);
  }
}

void crew::make_led_bank() {
  led_bank_ = make_.led_bank(chip_);
  if (endpoint_) {
    owner_->send(endpoint_, attach_atom_v, led_bank_);
  }
}

void crew::make_button(std::uint32_t number) {
  buttons_[number] = make_.button(
      number, number == num_buttons_ ? change_sink{supervisor_actor{owner_}} : change_sink{panel_});
  attach_button(number);
}

void crew::make_endpoint() {
  endpoint_ = make_.endpoint(supervisor_actor{owner_}, panel_, led_bank_);
}

void crew::attach_button(std::uint32_t number) {
  if (buttons_[number]) {
    owner_->send(chip_, attach_atom_v, number, buttons_[number]);
  }
}

}  // namespace ledactor
