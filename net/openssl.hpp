#pragma once

#include <stdexcept>
#include <string_view>

namespace ledactor::net {

/// What to do about it.
inline constexpr std::string_view openssl_cure =
    "look into this machine's openssl.cnf, or what OPENSSL_CONF names in its place";

/// OpenSSL does not do something on this machine; in one line, with OpenSSL's reason.
class openssl_error : public std::runtime_error {
public:
  /// @param what such as "SHA-256". Its reason is the oldest in this thread's queue of errors.
  explicit openssl_error(std::string_view what);
};

/// Sets OpenSSL up, if nobody has: with the machine's configuration (openssl.cnf), and with the
/// default provider besides those that the configuration names.
///
/// Which implementations may be used is the administrator's to say: `default_properties = fips=yes`
/// counts with the default provider loaded, too. That a configuration names other providers and not
/// this one is an oversight, after which there is not even a hash. What it says of TLS is for
/// programs that talk to strangers; see `secure_channel`.
void set_up_openssl();

}  // namespace ledactor::net
