#pragma once

#include "net/key.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct ssl_st;

namespace ledactor::net {

/// Most that a peer may send before both sides have proved that they hold the key [bytes].
inline constexpr std::size_t max_handshake_bytes = std::size_t{16} * 1024;

/// The keys as they are shared by an endpoint and its sessions.
using shared_keys = std::shared_ptr<const key_ring>;

/// TLS 1.3 (RFC 8446) with a pre-shared key, between memory and memory: bytes in, bytes out.
///
/// Both sides prove that they hold the key, and each link has secrets of its own (psk_dhe_ke,
/// X25519). There are no certificates, no session tickets and no early data. Both ends are ours, so
/// that what a machine's openssl.cnf says of TLS (versions, ciphers, groups, security level) does
/// not count.
class secure_channel {
public:
  /// What has come of a connection so far.
  enum class state {
    shaking_hands,
    open,
    closed,     ///< the peer has ended the channel
    other_key,  ///< the peer does not hold a key of ours
    foreign,    ///< the peer does not speak TLS 1.3 with a key
    broken,     ///< what came is not what the peer has sent
  };

  /// @param keys not empty: a client uses the first, a server takes any.
  /// @throws openssl_error if OpenSSL lacks what it takes; std::bad_alloc if it has no memory.
  secure_channel(bool is_client, shared_keys keys);
  secure_channel(const secure_channel&) = delete;
  secure_channel& operator=(const secure_channel&) = delete;
  ~secure_channel();

  /// Takes what the peer has sent; with nothing, a client begins the handshake.
  state receive(std::span<const std::uint8_t> from_peer);

  /// Encrypts, in as few records as it takes. Only while the channel is open.
  /// @param plain not empty.
  void send(std::span<const std::uint8_t> plain);

  /// What has been decrypted since the last call; valid until `receive`.
  std::span<const std::uint8_t> received() const { return plain_; }

  /// Appends what is to be sent to the peer since the last call.
  void take_output(std::vector<std::uint8_t>& to);

  /// The fingerprint of the key in use; empty before the peer has named it.
  const std::string& fingerprint() const { return fingerprint_; }

  /// Why it is not open, for the log.
  const std::string& failure() const { return failure_; }

private:
  struct callbacks;

  void shake_hands();
  void decrypt();
  void fail_handshake();
  void fail(state how, std::string why);

  bool is_client_;
  shared_keys keys_;
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> ssl_;
  state state_ = state::shaking_hands;
  std::size_t taken_ = 0;  ///< bytes of the handshake
  std::vector<std::uint8_t> plain_;
  std::string fingerprint_;
  std::string identity_;         ///< what a client calls its key on the wire
  bool is_unknown_key_ = false;  ///< a server does not have the key that was named
  std::string failure_;
};

/// Tries a handshake with itself, as two boards with the same key have.
/// @returns why it fails on this machine, in one line, or an empty text.
std::string find_tls_fault();

/// Whether these first bytes of a peer's can be a TLS record.
bool looks_like_tls(std::span<const std::uint8_t> first_bytes);

}  // namespace ledactor::net
