#pragma once

#include <stdexcept>
#include <string>

namespace ledactor::demo {

/// Exit status: a step of the tour or a board failed.
inline constexpr int exit_failed = 1;
/// Exit status: something the demo needs is not to be had (`EX_UNAVAILABLE` of sysexits.h).
inline constexpr int exit_unavailable = 69;

/// Ends the demo. Stays inside this folder: `run` turns it into a line and an exit status.
class failure : public std::runtime_error {
public:
  /// @param status exit status of the program, 1 to 255.
  /// @param what one line: what was wrong and what is needed.
  failure(int status, const std::string& what) : std::runtime_error(what), status_(status) {}

  int status() const noexcept { return status_; }

private:
  int status_;
};

/// The failure to get something from the system.
/// @param code the `errno` that tells why.
failure system_failure(const std::string& what, int code);

}  // namespace ledactor::demo
