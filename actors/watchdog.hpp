#pragma once

#include "actors/messages.hpp"

#include <chrono>
#include <functional>

namespace ledactor {

using watchdog_actor = caf::typed_actor<
    // Ask whether all still work.
    caf::result<void>(caf::tick_atom)>;

/// Tells, again and again, that the board works: each time after a question has gone by way of the
/// supervisor, the LED bank and the chip, and an answer has come back. While one of them hangs, as
/// in a driver, it tells nothing. A board that is away, or an actor that has failed and is started
/// again, is no hang.
///
/// It ends with the supervisor.
class watchdog_state {
public:
  static inline const char* name = "ledactor.watchdog";

  /// @param pause between an answer and the next question, > 0.
  /// @param feed is called after each answer; must not block.
  watchdog_state(watchdog_actor::pointer self, supervisor_actor supervisor,
                 std::chrono::nanoseconds pause, std::function<void()> feed);

  watchdog_actor::behavior_type make_behavior();

private:
  void ask();
  void on_answer();

  watchdog_actor::pointer self_;
  supervisor_actor supervisor_;
  std::chrono::nanoseconds pause_;
  std::function<void()> feed_;
  caf::disposable timer_;
};

using watchdog_impl = watchdog_actor::stateful_impl<watchdog_state>;

}  // namespace ledactor
