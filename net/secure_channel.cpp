#include "net/secure_channel.hpp"

#include "net/openssl.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <new>
#include <string_view>
#include <utility>

namespace ledactor::net {

namespace {

/// Small boards have no instructions for AES, so ChaCha20 comes first.
constexpr const char* ciphers = "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";

/// OpenSSL's level for 112 bits and more, of which all of the above have 128 or more.
constexpr int security_level = 2;

/// A key's cipher tells its hash, SHA-256, which all of the above have (RFC 8446, 4.2.11).
constexpr std::array<unsigned char, 2> key_cipher{0x13, 0x03};

/// What a client calls its key in clear: that much of it is public.
constexpr std::string_view identity_prefix = "ledactor-";

template <class T>
T* not_null(T* made) {
  if (made == nullptr) {
    throw std::bad_alloc{};
  }
  return made;
}

/// The key as OpenSSL wants it: as a session that could be resumed.
SSL_SESSION* session_of(SSL* ssl, const key& secret) {
  auto* session = SSL_SESSION_new();
  const auto bytes = secret.bytes();
  if (session == nullptr || SSL_SESSION_set1_master_key(session, bytes.data(), bytes.size()) != 1
      || SSL_SESSION_set_cipher(session, SSL_CIPHER_find(ssl, key_cipher.data())) != 1
      || SSL_SESSION_set_protocol_version(session, TLS1_3_VERSION) != 1) {
    SSL_SESSION_free(session);
    return nullptr;
  }
  return session;
}

std::string openssl_text(unsigned long failure) {
  const char* reason = ERR_reason_error_string(failure);
  return reason != nullptr ? reason : "it is not TLS";
}

/// What a server with a key of ours says to a client with another: the only alert it has for that.
bool is_refusal(unsigned long failure) {
  return ERR_GET_LIB(failure) == ERR_LIB_SSL
         && ERR_GET_REASON(failure) == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE;
}

/// Whether something was not made by who holds the key.
bool is_forgery(unsigned long failure) {
  const auto reason = ERR_GET_REASON(failure);
  return ERR_GET_LIB(failure) == ERR_LIB_SSL
         && (reason == SSL_R_BINDER_DOES_NOT_VERIFY || reason == SSL_R_DIGEST_CHECK_FAILED
             || reason == SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
}

/// Whether a key's name is like ours. A stranger's may be anything, and is not to be repeated.
bool is_fingerprint(std::string_view name) {
  constexpr std::string_view like = "0000-0000-0000";
  return std::equal(name.begin(), name.end(), like.begin(), like.end(), [](char c, char pattern) {
    return pattern == '-' ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

/// The keys' fingerprints, for people.
std::string names_of(const key_ring& keys) {
  std::string names;
  for (const auto& k : keys) {
    names += (names.empty() ? "" : ", ") + k.fingerprint();
  }
  return names;
}

}  // namespace

/// What OpenSSL calls, with the channel as the connection's own data.
struct secure_channel::callbacks {
  static secure_channel& channel_of(SSL* ssl) {
    return *static_cast<secure_channel*>(SSL_get_app_data(ssl));
  }

  /// A client names its key.
  static int use(SSL* ssl, const EVP_MD* hash, const unsigned char** identity, std::size_t* size,
                 SSL_SESSION** session) {
    auto& channel = channel_of(ssl);
    *session = hash == nullptr || EVP_MD_is_a(hash, "SHA2-256") == 1
                   ? session_of(ssl, channel.keys_->front())
                   : nullptr;
    channel.identity_ = std::string{identity_prefix} + channel.fingerprint_;
    *identity = reinterpret_cast<const unsigned char*>(channel.identity_.data());
    *size = channel.identity_.size();
    return *session != nullptr ? 1 : 0;
  }

  /// A server looks for the key that a client has named.
  static int find(SSL* ssl, const unsigned char* identity, std::size_t size,
                  SSL_SESSION** session) {
    auto& channel = channel_of(ssl);
    std::string_view name{reinterpret_cast<const char*>(identity), size};
    *session = nullptr;
    if (name.starts_with(identity_prefix)) {
      name.remove_prefix(identity_prefix.size());
      const auto known = std::find_if(channel.keys_->begin(), channel.keys_->end(),
                                      [&](const key& k) { return k.fingerprint() == name; });
      if (known != channel.keys_->end()) {
        channel.fingerprint_ = known->fingerprint();
        *session = session_of(ssl, *known);
      }
    }
    if (channel.fingerprint_.empty()) {
      channel.is_unknown_key_ = true;
      channel.identity_ = name;
    }
    return 1;  // without a key the handshake fails by itself: there are no certificates
  }
};

namespace {

using context_ptr = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;

context_ptr make_context(SSL_psk_use_session_cb_func use, SSL_psk_find_session_cb_func find) {
  set_up_openssl();
  ERR_clear_error();
  context_ptr made{SSL_CTX_new(TLS_method()), SSL_CTX_free};
  auto* const context = made.get();
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1
      || SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) != 1
      || SSL_CTX_set_ciphersuites(context, ciphers) != 1
      || SSL_CTX_set1_groups_list(context, "X25519") != 1
      || SSL_CTX_set_num_tickets(context, 0) != 1) {
    throw openssl_error{"TLS 1.3 with X25519"};
  }
  SSL_CTX_set_security_level(context, security_level);
  SSL_CTX_clear_options(context, SSL_CTX_get_options(context));  // openssl.cnf's, and the defaults
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_psk_use_session_callback(context, use);
  SSL_CTX_set_psk_find_session_callback(context, find);
  return made;
}

}  // namespace

secure_channel::secure_channel(bool is_client, shared_keys keys)
    : is_client_(is_client), keys_(std::move(keys)), ssl_(nullptr, SSL_free) {
  // It holds no secret, so all channels share it.
  static const auto context = make_context(callbacks::use, callbacks::find);
  ssl_.reset(not_null(SSL_new(context.get())));
  SSL_set_bio(ssl_.get(), not_null(BIO_new(BIO_s_mem())), not_null(BIO_new(BIO_s_mem())));
  SSL_set_app_data(ssl_.get(), this);
  if (is_client_) {
    fingerprint_ = keys_->front().fingerprint();
    SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER, nullptr);  // no certificate is good enough
    SSL_set_connect_state(ssl_.get());
  } else {
    SSL_set_accept_state(ssl_.get());
  }
}

secure_channel::~secure_channel() = default;

secure_channel::state secure_channel::receive(std::span<const std::uint8_t> from_peer) {
  plain_.clear();
  if (state_ != state::shaking_hands && state_ != state::open) {
    return state_;  // nobody would read it
  }
  ERR_clear_error();
  BIO_write(SSL_get_rbio(ssl_.get()), from_peer.data(), static_cast<int>(from_peer.size()));
  if (state_ == state::shaking_hands) {
    taken_ += from_peer.size();
    shake_hands();
  }
  if (state_ == state::open) {
    decrypt();
  }
  return state_;
}

void secure_channel::shake_hands() {
  const int done = SSL_do_handshake(ssl_.get());
  if (done == 1 && SSL_session_reused(ssl_.get()) == 1) {
    state_ = state::open;
  } else if (done == 1 || SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ) {
    fail_handshake();
  } else if (taken_ > max_handshake_bytes) {
    fail(state::foreign, "its handshake does not end");
  }
}

// Who names a key of ours has it: a forgery is what somebody in between has made of what it said.
void secure_channel::fail_handshake() {
  const auto failure = ERR_peek_error();
  if (is_unknown_key_) {
    fail(state::other_key, "its key" + (is_fingerprint(identity_) ? ' ' + identity_ : "")
                               + " is none of ours (" + names_of(*keys_) + ")");
  } else if (is_client_ && is_refusal(failure)) {
    fail(state::other_key, "it does not take our key " + fingerprint_);
  } else {
    fail(is_forgery(failure) ? state::broken : state::foreign, openssl_text(failure));
  }
}

void secure_channel::decrypt() {
  std::array<std::uint8_t, 4096> chunk;
  for (;;) {
    const int got = SSL_read(ssl_.get(), chunk.data(), static_cast<int>(chunk.size()));
    if (got > 0) {
      plain_.insert(plain_.end(), chunk.begin(), chunk.begin() + got);
      continue;
    }
    const auto why = SSL_get_error(ssl_.get(), got);
    if (why == SSL_ERROR_ZERO_RETURN) {
      state_ = state::closed;
    } else if (why != SSL_ERROR_WANT_READ) {
      fail(state::broken, openssl_text(ERR_peek_error()));
    }
    return;
  }
}

void secure_channel::fail(state how, std::string why) {
  state_ = how;
  failure_ = std::move(why);
  ERR_clear_error();
}

void secure_channel::send(std::span<const std::uint8_t> plain) {
  SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size()));
}

void secure_channel::take_output(std::vector<std::uint8_t>& to) {
  auto* const bio = SSL_get_wbio(ssl_.get());
  const auto before = to.size();
  const auto size = BIO_ctrl_pending(bio);
  if (size > 0) {
    to.resize(before + size);
    BIO_read(bio, to.data() + before, static_cast<int>(size));
  }
}

std::string find_tls_fault() try {
  const auto keys = std::make_shared<key_ring>();
  keys->emplace_back(std::array<std::uint8_t, key_size>{});
  secure_channel client{true, keys};
  secure_channel server{false, keys};
  std::vector<std::uint8_t> flight;
  auto state = secure_channel::state::shaking_hands;
  for (auto* end : {&client, &server, &client, &server}) {
    state = end->receive(flight);
    if (!end->failure().empty()) {
      return fmt::format("OpenSSL fails in a TLS 1.3 handshake with itself: {}; {}", end->failure(),
                         openssl_cure);
    }
    flight.clear();
    end->take_output(flight);
  }
  return state == secure_channel::state::open ? "" : "OpenSSL does not end a handshake with itself";
} catch (const openssl_error& e) {
  return e.what();
}

bool looks_like_tls(std::span<const std::uint8_t> first_bytes) {
  constexpr std::uint8_t alert = 21;
  constexpr std::uint8_t handshake = 22;
  return !first_bytes.empty() && (first_bytes[0] == handshake || first_bytes[0] == alert);
}

}  // namespace ledactor::net
