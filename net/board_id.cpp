#include "net/board_id.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <fstream>
#include <new>
#include <string>

namespace ledactor::net {

namespace {

/// So that no other program's id, made in the same way, is the same.
constexpr std::string_view domain = "ledactor board id 1";

constexpr std::size_t machine_id_size = 32;  // hexadecimal digits
constexpr std::size_t max_serial_number = 64;

/// The beginning of a file; empty if it cannot be read.
std::string read(const char* path, std::size_t most) {
  std::string text(most, '\0');
  std::ifstream file{path, std::ios::binary};
  file.read(text.data(), static_cast<std::streamsize>(most));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

/// While a system is being installed the file says `uninitialized`, or nothing.
bool is_machine_id(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  return text.size() == machine_id_size && text.find_first_not_of(digits) == std::string_view::npos
         && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

board_id random_board_id() {
  board_id id{};
  if (RAND_bytes(id.data(), static_cast<int>(id.size())) != 1) {
    throw std::bad_alloc{};
  }
  return id;
}

board_id make_board_id(std::string_view machine, std::string_view board) {
  const auto text = std::string{domain} + '\0' + std::string{board};
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> hash{};
  if (HMAC(EVP_sha256(), machine.data(), static_cast<int>(machine.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data(), nullptr)
      == nullptr) {
    throw std::bad_alloc{};
  }
  board_id id{};
  std::copy_n(hash.begin(), id.size(), id.begin());
  return id;
}

board_id board_id_here(std::string_view board) {
  const auto machine = read(machine_id_file, machine_id_size);
  return is_machine_id(machine)
             ? make_board_id(machine + read(serial_number_file, max_serial_number), board)
             : random_board_id();
}

}  // namespace ledactor::net
