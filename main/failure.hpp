#pragma once

#include "hw/error.hpp"

#include <string>

namespace ledactor {

/// Exit statuses, as sysexits.h(3head) has them.
enum exit_status : int {
  exit_ok = 0,
  exit_failed = 1,        ///< a step of the tour failed, or the doctor found a fault
  exit_usage = 64,        ///< EX_USAGE: the command line is wrong
  exit_unavailable = 69,  ///< EX_UNAVAILABLE: a device, an address or a peer is not to be had
  exit_software = 70,     ///< EX_SOFTWARE: an actor keeps on failing
  exit_output = 74,       ///< EX_IOERR: what a command prints or makes cannot be written
  exit_permission = 77,   ///< EX_NOPERM: the operating system does not let us
  exit_config = 78,       ///< EX_CONFIG: the configuration is wrong
};

/// What keeps the program from running: one line for stderr, and the exit status.
struct failure {
  exit_status status;
  std::string text;
};

/// A board's failure as the program's.
failure to_failure(const hw::error& why);

}  // namespace ledactor
