#pragma once

#include "main/config.hpp"
#include "main/failure.hpp"
#include "net/secure_channel.hpp"

#include <string>
#include <variant>

namespace ledactor {

/// Reads the key files of a configuration.
/// @returns the keys, null if there are none; or what is wrong with the first bad file: status
///          `exit_permission` if it may not be read, or others may, else `exit_config`; or
///          `exit_unavailable` and why no link with a key works on this machine.
std::variant<net::shared_keys, failure> read_keys(const config& c);

/// `ledactor keygen FILE`: makes a key and says how to bring it to the other board.
/// @returns the exit status.
int generate_key(const std::string& path, bool overwrite);

}  // namespace ledactor
