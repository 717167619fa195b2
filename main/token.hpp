#pragma once

#include "main/failure.hpp"

#include <string>
#include <variant>

namespace ledactor {

/// Size of a token [bytes].
inline constexpr std::size_t min_token_size = 16;
inline constexpr std::size_t max_token_size = 256;

/// Reads what viewers have to show: one line of printable ASCII characters, in a file that nobody
/// but its owner may open; conf `ledactor.web.token-file`.
/// @param path empty: no token is wanted, which is the empty text.
std::variant<std::string, failure> read_token(const std::string& path);

}  // namespace ledactor
