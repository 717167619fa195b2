#pragma once

#include "main/config.hpp"
#include "main/doctor/finding.hpp"

namespace ledactor::doctor {

/// Whether the page can be served, and to whom.
/// @param bind_fault as `try_to_bind` has it, of the page's address and port.
findings check_web(const config& c, int bind_fault);

}  // namespace ledactor::doctor
