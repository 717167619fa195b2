#include "net/openssl.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

namespace ledactor::net {

namespace {

std::string_view openssl_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  return reason != nullptr ? reason : "it does not say why";
}

}  // namespace

openssl_error::openssl_error(std::string_view what)
    : std::runtime_error(
        fmt::format("OpenSSL has no {} here: {}; {}", what, openssl_reason(), openssl_cure)) {}

void set_up_openssl() {
  // Never unloaded: OpenSSL itself does that at the end.
  static const auto* const provider = [] {
    OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, nullptr);
    return OSSL_PROVIDER_load(nullptr, "default");
  }();
  static_cast<void>(provider);  // without it, what needs it says so
}

}  // namespace ledactor::net
