#include "main/doctor/link_check.hpp"

#include "net/secure_channel.hpp"

#include <fmt/format.h>

namespace ledactor::doctor {

namespace {

std::string meaning_of(const link_report& link) {
  switch (link.wire) {
    case net::wire_kind::native:
      return link.key_used ? "ledactor's own; encrypted, and for boards with the key alone"
                           : "ledactor's own; not encrypted, for want of a key";
    case net::wire_kind::ece387:
      return "the original scripts'; not encrypted, with a key or without, and whoever can reach "
             "the link can read it, and take a seat";
    case net::wire_kind::any:
      break;
  }
  return fmt::format(
      "ledactor's own and the original scripts'; originals need no key, and their links are not "
      "encrypted{}, so whoever can reach the port can take a seat",
      link.key_used ? " as those of boards with the key are" : ", nor are others for want of one");
}

}  // namespace

link_report check_link(const config& c) {
  link_report link{.wire = c.wire};
  link.key_used = !c.key_files.empty() && c.wire != net::wire_kind::ece387;
  link.encrypted = link.key_used && c.wire == net::wire_kind::native;
  const auto text = fmt::format("{}: {}", net::to_string(c.wire), meaning_of(link));
  if (link.encrypted) {
    link.found.push_back(ok(text));
  } else if (!goes_out_in_clear(c)) {
    link.found.push_back(note(text + "; the link does not leave this machine"));
  } else if (c.wire == net::wire_kind::native) {
    link.found.push_back(note(text));  // of which the key's check warns
  } else {
    link.found.push_back(
        warning(text,
                "wire = \"native\" and a key, as soon as every board runs ledactor; until "
                "then, a cable that nobody else can reach"));
  }
  return link;
}

findings check_encryption() {
  const auto why = net::find_tls_fault();
  return {why.empty() ? ok("a handshake with itself works (TLS 1.3, with a key)")
                      : fault_from(why)};
}

}  // namespace ledactor::doctor
