#pragma once

#include <string>

namespace ledactor::hw {

/// Why a board cannot be had or no longer works.
enum class fault {
  not_found,      ///< no such chip or line
  no_permission,  ///< it is there, but this user may not open it
  busy,           ///< another process holds a line
  bad_line,       ///< the chip has no such line, or cannot do what was asked of it
  lost,           ///< it worked, and does so no more
};

/// A board's failure, as a value: what is wrong, in words that name the cause.
struct error {
  fault kind;
  std::string text;
};

}  // namespace ledactor::hw
