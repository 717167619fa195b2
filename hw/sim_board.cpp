#include "hw/sim_board.hpp"

#include "hw/sim_desk.hpp"

#include <utility>

namespace ledactor::hw {

sim_board::sim_board(sim_desk& desk, board_events events) : desk_(desk) {
  desk_.attach(std::make_shared<board_events>(std::move(events)));
}

sim_board::~sim_board() {
  desk_.write_leds(0);
  desk_.detach();
}

std::variant<input_levels, error> sim_board::read_inputs() {
  return desk_.read_inputs();
}

std::optional<error> sim_board::write_leds(level_set lit) {
  desk_.write_leds(lit);
  return std::nullopt;
}

}  // namespace ledactor::hw
