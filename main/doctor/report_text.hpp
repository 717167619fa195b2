#pragma once

#include "main/doctor/report.hpp"

namespace ledactor::doctor {

/// The report for a terminal: sections with a mark before each finding, the wiring drawn, and at
/// the end the verdict, with each fault and its cure. At most 80 columns, where words allow.
std::string to_text(const report& r);

}  // namespace ledactor::doctor
