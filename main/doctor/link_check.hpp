#pragma once

#include "main/config.hpp"
#include "main/doctor/finding.hpp"

namespace ledactor::doctor {

/// What is spoken with the other board, and who is kept out of it.
struct link_report {
  net::wire_kind wire = net::wire_kind::native;
  bool key_used = false;   ///< ledactor's own boards get in with the key alone
  bool encrypted = false;  ///< every link is, whoever is at its other end
  findings found{};
};

/// Which wire is configured, and what that means for security: only the native one knows keys.
link_report check_link(const config& c);

/// Tries a handshake with itself, as links that use a key begin with.
findings check_encryption();

}  // namespace ledactor::doctor
