#pragma once

#include "hw/board.hpp"

namespace ledactor::hw {

class sim_desk;

/// A board of simulated lines, lying on a `sim_desk`: one at a time.
class sim_board final : public board {
public:
  sim_board(sim_desk& desk, board_events events);
  ~sim_board() override;

  std::variant<input_levels, error> read_inputs() override;
  std::optional<error> write_leds(level_set lit) override;

private:
  sim_desk& desk_;
};

}  // namespace ledactor::hw
