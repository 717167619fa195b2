#pragma once

#include "hw/board.hpp"
#include "hw/line_splitter.hpp"
#include "hw/sim_command.hpp"
#include "hw/sim_contact.hpp"
#include "hw/sim_output.hpp"
#include "hw/wakeup.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
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
/// boards that are opened on it, as a real desk does; a finger stays down while its board is
/// opened anew.
///
/// One thread, owned here, reads the input, moves the contacts and reports their edges. It begins
/// to read when the first board is opened, so that no press goes unseen.
class sim_desk {
public:
  /// @param input,output file descriptors, not owned; the input's end changes nothing.
  /// @param complain is told, on the desk's thread, of each line that cannot be understood.
  /// @throws std::system_error if the process has no descriptor or thread left.
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
  std::unique_ptr<board> open(board_events events);

private:
  friend class sim_board;

  struct finger_move {
    std::uint32_t input;
    bool pressed;
  };

  void attach(std::shared_ptr<board_events> events);
  void detach();
  input_levels read_inputs() const;
  void write_leds(level_set lit);

  void run();
  void wait_for_event();
  void read_input();
  void take_line(std::optional<std::string_view> line);
  void move_fingers();
  void move_contacts();
  void move_contact(std::uint32_t input, timestamp now);
  void report(std::uint32_t input, const sim_contact::flip& flip);
  void remember_backlog(bool drained);

  sim_config config_;
  int input_;
  std::function<void(const std::string&)> complain_;
  sim_output output_;
  wakeup wakeup_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> output_waits_ = false;
  std::atomic<bool> input_open_ = false;
  line_splitter lines_{max_command_length};
  mutable std::mutex mutex_;  ///< guards the five below; never held while edges are reported
  std::vector<sim_contact> contacts_;
  bool opened_ = false;
  std::shared_ptr<board_events> events_;
  std::uint64_t edges_ = 0;
  std::deque<finger_move> moves_;  ///< that the desk's thread has not made yet
  std::thread thread_;             ///< last, so that it starts when all else is there
};

}  // namespace ledactor::hw
