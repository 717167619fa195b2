#include "net/key.hpp"

#include "net/openssl.hpp"
#include "net/unique_fd.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace ledactor::net {

namespace {

constexpr std::string_view file_magic = "ledactor-key-1 ";

constexpr std::string_view hex_digits = "0123456789abcdef";

/// Most that is read of a key file [bytes]: the one line, and an editor's line end.
constexpr std::size_t max_file_size = 128;

/// Bytes that never stay in memory.
template <std::size_t N>
struct secret_buffer : std::array<char, N> {
  secret_buffer() : std::array<char, N>{} {}
  secret_buffer(const secret_buffer&) = delete;
  secret_buffer& operator=(const secret_buffer&) = delete;
  ~secret_buffer() { ::explicit_bzero(this->data(), N); }
};

std::string fingerprint_of(std::span<const std::uint8_t, key_size> bytes) {
  constexpr std::string_view domain = "ledactor key fingerprint 1";
  set_up_openssl();
  ERR_clear_error();
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> hash{};
  auto* context = EVP_MD_CTX_new();
  const bool done = EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1
                    && EVP_DigestUpdate(context, domain.data(), domain.size()) == 1
                    && EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1
                    && EVP_DigestFinal_ex(context, hash.data(), nullptr) == 1;
  EVP_MD_CTX_free(context);
  if (!done) {
    throw openssl_error{"SHA-256"};
  }
  return fmt::format("{:02x}{:02x}-{:02x}{:02x}-{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3],
                     hash[4], hash[5]);
}

int digit_of(char c) {
  return c >= '0' && c <= '9' ? c - '0' : (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
}

/// Reads the key's digits, without a copy elsewhere.
bool parse_digits(std::string_view digits, std::span<std::uint8_t, key_size> bytes) {
  for (std::size_t i = 0; i < key_size; ++i) {
    const int high = digit_of(digits[2 * i]);
    const int low = digit_of(digits[2 * i + 1]);
    if (high < 0 || low < 0) {
      return false;
    }
    bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

key_fault damaged(const std::string& path, std::string_view how) {
  return {key_fault::kind::damaged,
          fmt::format("{} is no key: {}; make one with `ledactor keygen FILE`, or copy it from the "
                      "other board again",
                      path, how)};
}

key_fault open_fault(const std::string& path, int code) {
  if (code == EACCES || code == EPERM) {
    return key_fault{key_fault::kind::no_permission,
                     fmt::format("{0}: this user may not open it; give it to whoever runs ledactor "
                                 "(sudo chown USER {0})",
                                 path)};
  }
  return key_fault{key_fault::kind::not_there, fmt::format("{}: {}", path, std::strerror(code))};
}

}  // namespace

key::key(std::span<const std::uint8_t, key_size> bytes)
    : bytes_{}, fingerprint_(fingerprint_of(bytes)) {
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

key::key(key&& other) noexcept : bytes_(other.bytes_), fingerprint_(std::move(other.fingerprint_)) {
  ::explicit_bzero(other.bytes_.data(), other.bytes_.size());
}

key::~key() {
  ::explicit_bzero(bytes_.data(), bytes_.size());
}

std::variant<key, key_fault> parse_key(const std::string& path, std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  if (text.empty()) {
    return damaged(path, "it is empty");
  }
  if (!text.starts_with(file_magic)) {
    return damaged(path, "it does not begin with \"ledactor-key-1\"");
  }
  text.remove_prefix(file_magic.size());
  const auto digits = text.substr(0, text.find(' '));
  if (digits.size() != 2 * key_size) {
    return damaged(path, fmt::format("its key has {} of {} digits", digits.size(), 2 * key_size));
  }
  secret_buffer<key_size> bytes;
  const std::span<std::uint8_t, key_size> view{reinterpret_cast<std::uint8_t*>(bytes.data()),
                                               key_size};
  if (!parse_digits(digits, view)) {
    return damaged(path, "its key has a character that is no hexadecimal digit");
  }
  key result{view};
  text.remove_prefix(digits.size());
  if (text != ' ' + result.fingerprint()) {
    return damaged(path, "its checksum is wrong");
  }
  return result;
}

std::variant<key, key_fault> read_key(const std::string& path) {
  const unique_fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat facts {};
  if (file.get() < 0 || ::fstat(file.get(), &facts) != 0) {
    return open_fault(path, errno);
  }
  if (!S_ISREG(facts.st_mode)) {
    return damaged(path, "it is not a file");
  }
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return key_fault{
        key_fault::kind::no_permission,
        fmt::format("{}: other users may open it, so it is no secret; run chmod 600 {}", path,
                    path)};
  }
  secret_buffer<max_file_size + 1> text;
  const auto got = ::read(file.get(), text.data(), text.size());
  if (got < 0) {
    return open_fault(path, errno);
  }
  if (static_cast<std::size_t>(got) > max_file_size) {
    return damaged(path, "it is too long");
  }
  return parse_key(path, {text.data(), static_cast<std::size_t>(got)});
}

namespace {

key_fault write_fault(const std::string& path, int code) {
  const bool is_full = code == ENOSPC || code == EDQUOT || code == EFBIG || code == EIO;
  return is_full ? key_fault{key_fault::kind::not_written,
                             fmt::format("{}: cannot be written: {}", path, std::strerror(code))}
                 : open_fault(path, code);
}

/// Writes a key to a new file.
std::optional<key_fault> write_file(int file, const std::string& path, const key& made) {
  secret_buffer<max_file_size> text;
  auto* end = std::copy(file_magic.begin(), file_magic.end(), text.data());
  for (const auto byte : made.bytes()) {
    *end++ = hex_digits[byte >> 4U];
    *end++ = hex_digits[byte & 15U];
  }
  *end++ = ' ';
  end = std::copy(made.fingerprint().begin(), made.fingerprint().end(), end);
  *end++ = '\n';
  const auto size = end - text.data();
  errno = ENOSPC;  // of a write that takes a part
  return ::write(file, text.data(), static_cast<std::size_t>(size)) == size && ::fsync(file) == 0
             ? std::nullopt
             : std::optional{write_fault(path, errno)};
}

std::optional<key_fault> create_file(const std::string& path, const key& made) {
  const unique_fd file{
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!file) {
    return errno == EEXIST
               ? key_fault{key_fault::kind::exists,
                           fmt::format("{}: there is a file already; --force replaces it", path)}
               : write_fault(path, errno);
  }
  auto fault = write_file(file.get(), path, made);
  if (fault) {
    ::unlink(path.c_str());
  }
  return fault;
}

/// The end of symbolic links, which need not be there.
std::string end_of_links(std::string path) {
  constexpr int most = 40;  // as many as Linux follows: path_resolution(7)
  std::error_code none;
  for (int i = 0; i < most; ++i) {
    const std::filesystem::path link{path};
    const auto target = std::filesystem::read_symlink(link, none);
    if (none) {
      break;
    }
    path = link.parent_path() / target;
  }
  return path;
}

/// Gives a new file the owner, the group and the permissions of the one that it replaces. Those of
/// others are left out: a key that they may open is refused.
bool take_over(int file, const struct stat& old) {
  struct stat facts {};
  return ::fstat(file, &facts) == 0
         && ((facts.st_uid == old.st_uid && facts.st_gid == old.st_gid)
             || ::fchown(file, old.st_uid, old.st_gid) == 0)
         && ::fchmod(file, old.st_mode & S_IRWXU) == 0;
}

std::optional<key_fault> replace_file(const std::string& path, const key& made) {
  const auto target = end_of_links(path);
  struct stat old {};
  const bool is_there = ::lstat(target.c_str(), &old) == 0;
  if (is_there && !S_ISREG(old.st_mode)) {
    return key_fault{key_fault::kind::exists,
                     fmt::format("{}: it is no file, and is not replaced; choose another", path)};
  }
  auto next = target + ".XXXXXX";
  const unique_fd file{::mkostemp(next.data(), O_CLOEXEC)};
  if (!file) {
    return write_fault(target, errno);
  }
  std::optional<key_fault> fault;
  if (is_there && !take_over(file.get(), old)) {
    fault = {key_fault::kind::no_permission,
             fmt::format("{}: it is another user's or group's (uid {}, gid {}), and this user may "
                         "not give them the new one; make it as root, or as that user",
                         path, old.st_uid, old.st_gid)};
  } else {
    fault = write_file(file.get(), path, made);
  }
  if (!fault && ::rename(next.c_str(), target.c_str()) != 0) {
    fault = write_fault(target, errno);
  }
  if (fault) {
    ::unlink(next.c_str());
  }
  return fault;
}

}  // namespace

std::variant<key, key_fault> write_new_key(const std::string& path, bool overwrite) {
  set_up_openssl();
  ERR_clear_error();
  secret_buffer<key_size> random;
  auto* const bytes = reinterpret_cast<std::uint8_t*>(random.data());
  if (RAND_priv_bytes(bytes, key_size) != 1) {
    throw openssl_error{"random numbers"};
  }
  key made{std::span<const std::uint8_t, key_size>{bytes, key_size}};
  auto fault = overwrite ? replace_file(path, made) : create_file(path, made);
  return fault ? std::variant<key, key_fault>{*std::move(fault)} : std::move(made);
}

}  // namespace ledactor::net
