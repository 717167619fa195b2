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

/// OpenSSL's own provider, whichever others openssl.cnf names. Without it, what needs it says so.
class default_provider {
public:
  default_provider() {
    OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, nullptr);
    provider_ = OSSL_PROVIDER_load(nullptr, "default");
  }
  default_provider(const default_provider&) = delete;
  default_provider& operator=(const default_provider&) = delete;
  ~default_provider() {
    if (provider_ != nullptr) {
      OSSL_PROVIDER_unload(provider_);  // before OpenSSL's own end, which began before this
    }
  }

private:
  OSSL_PROVIDER* provider_ = nullptr;
};

}  // namespace

openssl_error::openssl_error(std::string_view what)
    : std::runtime_error(
        fmt::format("OpenSSL has no {} here: {}; {}", what, openssl_reason(), openssl_cure)) {}

void set_up_openssl() {
  static const default_provider provider;
}

}  // namespace ledactor::net
