#include "main/doctor/key_check.hpp"

#include "net/key.hpp"
#include "net/openssl.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

namespace ledactor::doctor {

namespace {

/// What a key that can be read is good for.
finding key_finding(const config& c, const std::string& facts) {
  return c.wire == net::wire_kind::ece387
             ? note(facts + "; not used, since the original's wire knows no key")
             : ok(facts + ", which both boards are to show");
}

finding no_key_finding(const config& c) {
  if (c.wire == net::wire_kind::ece387) {
    return note("none: the original's wire knows no key");
  }
  return goes_out_in_clear(c)
             ? warning("none: whoever can reach the link can read it, and take a seat",
                       "make one with `ledactor keygen FILE`, copy it to the other board, and set "
                       "key-file on both")
             : note("none: the link does not leave this machine");
}

std::variant<net::key, net::key_fault> read_key(const std::string& file) try {
  return net::read_key(file);
} catch (const net::openssl_error& e) {
  return net::key_fault{net::key_fault::kind::not_there, fmt::format("{}: {}", file, e.what())};
}

/// The permissions of a file.
unsigned mode_of(const std::string& file) {
  struct stat facts {};
  return ::stat(file.c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0;
}

}  // namespace

keys_report check_keys(const config& c) {
  keys_report report;
  for (const auto& file : c.key_files) {
    const auto read = read_key(file);
    if (const auto* why = std::get_if<net::key_fault>(&read)) {
      report.keys.push_back({file, {}});
      report.found.push_back(fault_from("ledactor.key-file: " + why->text));
    } else {
      const auto& fingerprint = std::get<net::key>(read).fingerprint();
      report.keys.push_back({file, fingerprint});
      report.found.push_back(key_finding(
          c, fmt::format("{}: mode {:04o}, fingerprint {}", file, mode_of(file), fingerprint)));
    }
  }
  if (c.key_files.empty()) {
    report.found.push_back(no_key_finding(c));
  }
  return report;
}

}  // namespace ledactor::doctor
