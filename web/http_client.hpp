#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace ledactor::web {

/// How long a running board may take to answer.
inline constexpr std::chrono::seconds answer_timeout{5};

/// Most that is read of an answer [bytes].
inline constexpr std::uint64_t max_answer_size = std::uint64_t{4} * 1024 * 1024;

/// Most of it that waits to be parsed [bytes]: room for a header, whose limit is half of that, and
/// for the frame around each piece, which the limit above does not count.
inline constexpr std::size_t max_unparsed = 16'384;

/// Where a board's API is.
struct board_address {
  std::string host;  ///< an IP address; conf `ledactor.web.listen`
  std::uint16_t port = 0;
  std::string token;  ///< empty: none
};

/// A host and a port in one word, as URLs have them: an IPv6 address is in brackets.
std::string host_and_port(const std::string& host, std::uint16_t port);

/// What a board has answered.
struct reply {
  unsigned status = 0;
  std::string body;
};

/// Asks a running board, and waits for the answer.
/// @param method GET or POST.
/// @returns the answer, or in words why there is none.
std::variant<reply, std::string> ask(const board_address& where, const std::string& method,
                                     const std::string& target);

}  // namespace ledactor::web
