#pragma once

#include "main/config.hpp"
#include "main/doctor/finding.hpp"

namespace ledactor::doctor {

/// A key file, and by what people compare it with the other board's.
struct key_report {
  std::string file;
  std::string fingerprint;  ///< empty if it holds no key that can be used
};

/// The key files and what was found of them.
struct keys_report {
  std::vector<key_report> keys{};
  findings found{};
};

/// Reads all key files: whether they are there, for their owner alone, and undamaged.
keys_report check_keys(const config& c);

}  // namespace ledactor::doctor
