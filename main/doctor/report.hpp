#pragma once

#include "main/config.hpp"
#include "main/doctor/gpio_check.hpp"
#include "main/doctor/key_check.hpp"
#include "main/doctor/link_check.hpp"
#include "main/doctor/network_check.hpp"
#include "main/doctor/user_check.hpp"

namespace ledactor::doctor {

/// Findings under one heading.
struct section {
  std::string title;
  findings found;
};

/// All that the doctor found.
struct report {
  std::string role;  ///< "server" or "client"
  std::string name;  ///< the board's
  bool simulated = false;
  gpio_report gpio{};  ///< empty for a simulated board, but for the lines
  user_report user{};
  std::vector<key_report> keys{};
  link_report link{};
  std::string address{};  ///< on which a server listens, or a client's server
  std::uint16_t port = 0;
  std::vector<network_interface> interfaces{};
  std::string drawing{};            ///< of the wiring
  std::vector<section> sections{};  ///< all findings, in the order of reading
};

/// The titles of the sections that have more than findings.
inline constexpr const char* lines_title = "Lines";
inline constexpr const char* wiring_title = "Wiring";

/// All findings of one kind.
inline findings select(const report& r, mark verdict) {
  findings chosen;
  for (const auto& s : r.sections) {
    for (const auto& f : s.found) {
      if (f.verdict == verdict) {
        chosen.push_back(f);
      }
    }
  }
  return chosen;
}

}  // namespace ledactor::doctor
