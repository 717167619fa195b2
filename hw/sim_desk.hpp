#pragma once

#include "hw/board.hpp"
#include "hw/line_splitter.hpp"
#include "hw/poll_set.hpp"
#include "hw/sim_command.hpp"
#include "hw/sim_contact.hpp"
#include "hw/sim_output.hpp"
#include "hw/timer.hpp"
#include "hw/wakeup.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ledactor::hw {

/// Most moves of fingers, by others than the input stream, that may wait; more are not made.
inline constexpr std::size_t max_finger_moves = 256;

/// What a simulated board is made of.
struct sim_config {
  std::size_t num_buttons = 4;         ///< 1 to `max_lines`, the control button apart
  std::size_t num_leds = 4;            ///< 1 to `max_lines`
  std::chrono::nanoseconds bounce{0};  ///< of each contact; conf `ledactor.board.bounce`
};

/// The desk a simulated board lies on: fingers on its buttons, moved by the lines of an input
/// stream, and eyes on its LEDs, which tell what they see on an output stream. It outlives the
/// boards that are opened on it, one at a time, as a real desk does; a finger stays down while its
/// board is opened anew.
///
/// All happens in `take_edges` of the board: what comes while there is none waits, so that no press
/// goes unseen, and the input is read only as far as its edges can be taken. But for
/// `move_finger`, a desk and its board are used from one thread at a time.
class sim_desk {
public:
  /// @param input,output file descriptors, not owned; the input's end changes nothing.
  /// @param complain is told of each line that cannot be understood, and when what is printed
  /// begins to be lost.
  /// @throws std::system_error if the process has no descriptor left.
  sim_desk(const sim_config& config, int input, int output,
           std::function<void(const std::string&)> complain);
  sim_desk(const sim_desk&) = delete;
  sim_desk& operator=(const sim_desk&) = delete;
  ~sim_desk();

  /// Moves a finger: presses an input and holds it, or releases it. Any thread may call it.
  /// @param input counts as in `edge::input`, up to the control button's.
  /// @returns false if it was not moved: the desk has `max_finger_moves` before it already.
  bool move_finger(std::uint32_t input, bool pressed);

  /// Prints a line, given without its newline.
  void say(std::string_view line);

  /// A `board_factory` for this desk, which must outlive the boards.
  std::unique_ptr<board> open();

private:
  class sim_board;
  struct turn;
  struct finger_move {
    std::uint32_t input;
    bool pressed;
  };
  /// A contact that moves by itself.
  struct move {
    std::uint32_t input;
    timestamp when;
  };

  void attach();
  void take_edges(std::vector<edge>& edges);
  input_levels read_inputs() const;
  void write_leds(level_set lit);

  void read_input(turn& t);
  void take_line(std::optional<std::string_view> line, turn& t);
  void move_fingers(turn& t);
  void move_contacts(turn& t);
  void move_contact(std::uint32_t input, timestamp until, turn& t);
  std::optional<move> next_move() const;
  void set_timer();
  void watch_output(bool is_drained);

  sim_config config_;
  int input_;
  bool is_file_ = false;  ///< the input: epoll does not wait for it, and it is not at its end
  std::function<void(const std::string&)> complain_;
  sim_output output_;
  bool output_waits_ = false;
  line_splitter lines_{max_command_length};
  std::vector<sim_contact> contacts_;
  std::uint64_t edges_ = 0;
  poll_set ready_;
  timer timer_;
  wakeup wakeup_;     ///< there are moves, or the input is a file
  std::mutex mutex_;  ///< guards the moves
  std::deque<finger_move> moves_;
};

}  // namespace ledactor::hw
