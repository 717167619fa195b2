// The text of a key file: as it is, and put into a good file's text at some place.

#include "net/key.hpp"
#include "tests/fuzz/property.hpp"

#include <string>

using namespace ledactor;
using fuzz::must;

namespace {

std::string file_text(const net::key& key) {
  std::string text = "ledactor-key-1 ";
  for (const auto byte : key.bytes()) {
    text += "0123456789abcdef"[byte / 16];
    text += "0123456789abcdef"[byte % 16];
  }
  return text + ' ' + key.fingerprint();
}

std::string without_end(std::string_view text) {
  return std::string{text.substr(0, text.find_last_not_of(" \r\n") + 1)};
}

/// Whether a message gives eight digits of a key away.
bool tells_digits(std::string_view message) {
  std::size_t run = 0;
  for (const char c : message) {
    run = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ? run + 1 : 0;
    if (run == 8) {
      return true;
    }
  }
  return false;
}

/// @returns whether the text is a key's.
bool check(std::string_view text) {
  const auto parsed = net::parse_key("FILE", text);
  if (const auto* fault = std::get_if<net::key_fault>(&parsed)) {
    must(fault->what == net::key_fault::kind::damaged, "a bad text is a damaged key");
    must(fuzz::is_one_line(fault->text), "a fault is one line");
    must(!tells_digits(fault->text), "a fault does not repeat the key");
    return false;
  }
  must(file_text(std::get<net::key>(parsed)) == without_end(text), "a key is what the file says");
  return true;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input bytes{data, size};
  check(fuzz::to_text(bytes));

  std::array<std::uint8_t, net::key_size> secret{};
  secret.fill(fuzz::take_byte(bytes));
  const auto good = file_text(net::key{secret});
  must(check(good) && check(good + "\r\n"), "a good text is a key");
  auto damaged = good;
  const std::size_t place = fuzz::take_byte(bytes) % good.size();
  damaged.replace(place, bytes.size(), fuzz::to_text(bytes));
  // A fuzzer that sees the checksum compared can write a whole file of another key.
  const bool other_checksum = !without_end(damaged).ends_with(net::key{secret}.fingerprint());
  must(!check(damaged) || without_end(damaged) == good || other_checksum,
       "a key that was changed under its checksum is no key");
  return 0;
}
