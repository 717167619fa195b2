#pragma once

#include "main/failure.hpp"

#include <chrono>

namespace ledactor {

/// Ends the process, whatever its threads do, if something takes longer than it may: its start, or
/// its end. One alarm at a time.
class exit_alarm {
public:
  /// Sets the alarm.
  /// @param limit from now.
  /// @param text one line for stderr, which is left out if nobody reads there; of static storage.
  static void set(std::chrono::milliseconds limit, const char* text, exit_status status);

  /// Takes it back.
  static void clear();
};

}  // namespace ledactor
