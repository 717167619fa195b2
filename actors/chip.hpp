#pragma once

#include "actors/descriptor_watch.hpp"
#include "actors/line_limiter.hpp"
#include "actors/messages.hpp"
#include "hw/board.hpp"

#include <caf/telemetry/counter.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace ledactor {

/// The shortest pause between two checks of the levels, whatever the heartbeat: on a busy board a
/// thread may be late by tens of milliseconds, and the edge that it carries is not lost.
inline constexpr std::chrono::seconds min_check_pause{1};

/// Whoever starts a chip, and what needs its board.
using chip_owner = caf::typed_actor<caf::result<void>(open_atom)>;

/// Owns the board: the only actor that touches lines. Hands each edge to the button it belongs
/// to, and sets the LEDs. Takes no edges before all buttons are there, so that a press right at the
/// start is seen as one.
///
/// Some drivers lose interrupts, and nothing tells of it. So the lines are read at every check, and
/// a level that two checks in a row find, and no edge tells of, is told to its button and counted.
/// It takes two, since an edge may be on its way; and one that is found to have happened before the
/// last check shows that edges are late, so that the next check is the first again.
///
/// The supervisor owns it, and is told when the board is open. It ends with `errc::board_lost` when
/// the board fails in use, and with what keeps it from being opened when that fails; then all LEDs
/// are off and all lines released.
class chip_state {
public:
  static inline const char* name = "ledactor.chip";

  /// @param owner is told when the board is open.
  /// @param open opens the board; called once, in `make_behavior`.
  /// @param num_buttons 1 to `hw::max_lines`, the control button apart.
  /// @param check_every from one check to the next [ns], > 0. Longer than a debouncer of the
  ///        chip's, or of the kernel's, holds an edge back.
  /// @param watch has the loop watch the board's descriptor.
  chip_state(chip_actor::pointer self, chip_owner owner, hw::board_factory open,
             std::size_t num_buttons, timestamp check_every, watch_function watch);
  chip_state(const chip_state&) = delete;
  chip_state& operator=(const chip_state&) = delete;
  ~chip_state();

  chip_actor::behavior_type make_behavior();

private:
  /// An input and its button.
  struct line {
    button_actor button{};  ///< null: not there yet
    bool level = false;     ///< as the button was told last, or as it was when the board was opened
    bool is_suspect = false;  ///< the last check read another level
  };

  void open_board();
  void on_ready();
  void rearm();
  bool take_edges();
  void on_edge(const hw::edge& e);
  caf::result<void> on_write(level_set lit, std::uint32_t seq);
  void on_attach(std::uint32_t input, const button_actor& button);
  void check_again_later();
  void check_levels();
  void compare(const hw::input_levels& levels);
  void clear_suspects();
  void tell(line& l, bool level);
  void tell_level(std::uint32_t input);
  void tell_all_levels();
  std::optional<hw::input_levels> read_inputs();
  void fail(const hw::error& why);

  chip_actor::pointer self_;
  chip_owner owner_;
  hw::board_factory open_;
  watch_function watch_board_;
  std::size_t num_buttons_;
  std::vector<line> lines_;  ///< the buttons', then the control button's
  timestamp check_every_;
  timestamp checked_{0};  ///< when the lines were last read for a check
  caf::disposable check_timer_;
  std::uint64_t last_edge_ = 0;
  line_limiter left_out_;
  caf::telemetry::int_counter* edges_;
  caf::telemetry::int_counter* edges_lost_;
  caf::telemetry::int_counter* levels_corrected_;
  std::vector<hw::edge> taken_;  ///< from the board, with the last call
  std::unique_ptr<hw::board> board_;
  std::unique_ptr<descriptor_watch> watch_;  ///< of the board's; null: not all buttons are there
};

using chip_impl = chip_actor::stateful_impl<chip_state>;

}  // namespace ledactor
