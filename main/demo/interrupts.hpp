#pragma once

#include "net/unique_fd.hpp"

#include <initializer_list>
#include <optional>
#include <signal.h>

namespace ledactor::demo {

/// Signals as something to read: they interrupt nothing, and are dealt with between two events.
/// Blocks them while it lives. Those that are ignored stay so, and are never read.
class interrupts {
public:
  /// @param besides further signals than the `ending_signals`.
  /// @throws failure (69) if the system refuses.
  explicit interrupts(std::initializer_list<int> besides = {});
  interrupts(const interrupts&) = delete;
  interrupts& operator=(const interrupts&) = delete;
  ~interrupts();

  /// Readable when a signal waits.
  int fd() const noexcept { return fd_.get(); }

  /// Takes the next waiting signal.
  std::optional<int> next();

private:
  sigset_t before_{};
  net::unique_fd fd_;
};

}  // namespace ledactor::demo
