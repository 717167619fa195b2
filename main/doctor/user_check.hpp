#pragma once

#include "main/doctor/finding.hpp"

#include <cstdint>

namespace ledactor::doctor {

/// As whom this process runs.
struct user_report {
  std::string name;  ///< the number, if it has none
  std::uint32_t uid = 0;
  std::vector<std::string> groups;  ///< the effective one first; numbers for those without a name
};

/// Asks the kernel and the user database.
user_report find_user();

/// The user in words.
finding describe(const user_report& user);

}  // namespace ledactor::doctor
