#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ledactor {

/// Who has started this program and wants to know how it is, such as systemd; see sd_notify(3).
class service_manager {
public:
  /// As the environment has it: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
  static service_manager from_environment();

  /// @param socket where it listens: a path, or `@` and the name of an abstract socket; empty:
  ///        nobody wants to know.
  /// @param patience how long it waits for a sign of life; none: it waits for no sign.
  service_manager(std::string socket, std::optional<std::chrono::microseconds> patience);

  /// Tells it one assignment, such as `READY=1`. Never blocks; what it does not take is lost.
  void tell(std::string_view assignment) const;

  std::optional<std::chrono::microseconds> patience() const { return patience_; }

private:
  std::string socket_;
  std::optional<std::chrono::microseconds> patience_;
};

}  // namespace ledactor
