#pragma once

#include "net/frame.hpp"

#include <string_view>

namespace ledactor::net {

/// Where the operating system keeps the machine's own id (machine-id(5)), and the kernel a
/// Raspberry Pi's serial number, without which a copied SD card would be the same machine.
inline constexpr const char* machine_id_file = "/etc/machine-id";
inline constexpr const char* serial_number_file = "/sys/firmware/devicetree/base/serial-number";

/// An id that no other board has, and that has nothing to do with this machine.
/// @throws std::bad_alloc if OpenSSL has no random bytes.
board_id random_board_id();

/// A board's id, from which nobody can tell that of the machine: HMAC-SHA256, its first 16 bytes.
/// @param machine what is this machine's alone.
/// @param board what no other board of this machine has.
/// @throws std::bad_alloc if OpenSSL has no memory.
board_id make_board_id(std::string_view machine, std::string_view board);

/// The id of one of this machine's boards; a random one if the machine has no id.
/// @param board what no other board of this machine has.
board_id board_id_here(std::string_view board);

}  // namespace ledactor::net
