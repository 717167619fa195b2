#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ledactor::net {

/// Size of a key [bytes].
inline constexpr std::size_t key_size = 32;

/// A secret that two boards share, 256 random bits. Its bytes are wiped when it goes.
class key {
public:
  explicit key(std::span<const std::uint8_t, key_size> bytes);
  key(const key&) = delete;
  key& operator=(const key&) = delete;
  key(key&& other) noexcept;
  key& operator=(key&&) = delete;
  ~key();

  std::span<const std::uint8_t, key_size> bytes() const { return bytes_; }

  /// What people compare on two boards, such as `3f2a-91bc-07de`; it does not give the key away.
  /// The first 48 bits of the key's SHA-256, with a prefix of its own.
  const std::string& fingerprint() const { return fingerprint_; }

private:
  std::array<std::uint8_t, key_size> bytes_;
  std::string fingerprint_;
};

/// Keys that are valid at the same time: the first is dialed with, all are accepted.
using key_ring = std::vector<key>;

/// Why a key file is of no use.
struct key_fault {
  enum class kind {
    not_there,      ///< it cannot be opened or made
    no_permission,  ///< this user may not open it, or other users may read it
    exists,         ///< it would be overwritten, or is no file
    not_written,    ///< the disk takes no more
    damaged,        ///< what it holds is no key
  };
  kind what;
  std::string text;  ///< with the file's name and the cure
};

/// Reads what a key file holds: one line, `ledactor-key-1 HEX CHECK`, where HEX are the key's 64
/// hexadecimal digits and CHECK is its fingerprint.
/// @param path the file's name, for the fault.
std::variant<key, key_fault> parse_key(const std::string& path, std::string_view text);

/// Reads a key file, which nobody but its owner may be able to open.
std::variant<key, key_fault> read_key(const std::string& path);

/// Makes a new random key and writes it to a new file of mode 0600.
/// @param overwrite whether a file that is there already may be replaced, by the new key whole or
/// not
///        at all. Its owner, its group and what its owner may do with it stay; of a symbolic link,
///        it is the link's end that is replaced.
/// @throws openssl_error if OpenSSL has no random numbers, or cannot make the fingerprint.
std::variant<key, key_fault> write_new_key(const std::string& path, bool overwrite);

}  // namespace ledactor::net
