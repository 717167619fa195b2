#pragma once

#include "main/demo/latency.hpp"
#include "main/demo/rig.hpp"
#include "main/demo/stage.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ledactor::demo {

/// The checked tour: plays what boards do together, one line a step on stdout, with the time it
/// took. The first step that goes wrong ends it.
class tour {
public:
  /// Presses measured in each direction.
  static constexpr std::size_t presses = 200;

  explicit tour(rig& place);

  /// @returns the exit status: 0 if all went as expected, else 1.
  /// @throws failure if the tour cannot go on, such as on a signal.
  int run();

private:
  // The steps, in their order; each leaves a linked pair with no button pressed.
  void link_up();
  void press(child_board& from, child_board& to);
  void measure(child_board& from, child_board& to, latency& times);
  void wait_in_queue();
  void kick();
  void freeze();
  void kill();
  void quit();
  void restart_server();
  void end();

  /// A new client takes the free seat.
  void seat_client(std::string_view name);
  /// Ends a board with SIGTERM.
  /// @param last_lines what it prints on the way.
  void end_by_signal(child_board& board, std::vector<std::string_view> last_lines);

  /// What the next `ok` or `FAIL` is about.
  void step(std::string_view name) { step_ = name; }
  void ok(const std::string& what);

  rig& place_;
  stage stage_;
  child_board* left_ = nullptr;
  child_board* right_ = nullptr;
  child_board* waiting_ = nullptr;
  latency rightward_;
  latency leftward_;
  std::string step_;
  std::size_t passed_ = 0;
};

}  // namespace ledactor::demo
