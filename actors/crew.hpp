#pragma once

#include "actors/child_table.hpp"
#include "actors/messages.hpp"

#include <functional>
#include <vector>

namespace ledactor {

/// How the supervisor makes its actors, for the first time and again after a failure.
struct actor_factories {
  std::function<chip_actor(const supervisor_actor&)> chip;
  std::function<panel_actor()> panel;
  std::function<led_bank_actor(const chip_actor&)> led_bank;
  /// Button `number`, from 0; the control button comes after the last.
  std::function<button_actor(std::uint32_t number, const change_sink& sink)> button;
  std::function<endpoint_actor(const supervisor_actor&, const panel_actor&, const led_bank_actor&)>
      endpoint;
};

/// The actors that the supervisor has made last. Makes one and introduces it to those who were
/// there before it, so that the first start and a restart are the same thing.
///
/// A part of the supervisor's state.
class crew {
public:
  /// @param num_buttons the control button apart.
  /// @param watcher is told the levels of all buttons.
  crew(supervisor_actor::pointer owner, std::uint32_t num_buttons, watcher_actor watcher,
       actor_factories make);

  /// Enters all in the table, none of them made yet.
  void enlist(child_table& table);

  /// All but the chip, which is to be made first, have ended: a new one is to meet none of them.
  void forget();

  /// Null before it was made.
  const led_bank_actor& led_bank() const { return led_bank_; }

private:
  void make_chip();
  void make_panel();
  void make_led_bank();
  void make_button(std::uint32_t number);
  void make_endpoint();
  void attach_button(std::uint32_t number);

  supervisor_actor::pointer owner_;
  std::uint32_t num_buttons_;
  watcher_actor watcher_;
  actor_factories make_;
  chip_actor chip_;
  panel_actor panel_;
  led_bank_actor led_bank_;
  endpoint_actor endpoint_;
  std::vector<button_actor> buttons_;  ///< the control button is the last
};

}  // namespace ledactor
