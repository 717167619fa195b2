#include "net/foreign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace ledactor::net {

namespace {

/// How requests of HTTP, and its answers, begin (RFC 9110 and 9112).
constexpr std::array<std::string_view, 10> http_words{"GET ",    "HEAD ",    "POST ",    "PUT ",
                                                      "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ",
                                                      "PATCH ",  "HTTP/"};

/// Of a client's first message, in the clear (RFC 8446, 4.2.11); a browser's has no key's name.
constexpr std::string_view our_identity = "ledactor-";
constexpr std::string_view client_hello = "\x16\x03";

}  // namespace

std::string name_foreign(std::span<const std::uint8_t> first_bytes, std::uint16_t page_port) {
  const std::string_view text{reinterpret_cast<const char*>(first_bytes.data()),
                              first_bytes.size()};
  const bool is_http = std::any_of(http_words.begin(), http_words.end(),
                                   [&](auto word) { return text.starts_with(word); });
  const bool is_https =
      text.starts_with(client_hello) && text.find(our_identity) == std::string_view::npos;
  const auto page = page_port != 0 ? fmt::format(": the page is at port {}", page_port) : "";
  if (is_http) {
    return "HTTP, not ledactor's wire" + page;
  }
  if (is_https) {
    return "TLS, but not with a key of ledactor's" + (page_port != 0 ? page + ", by http" : page);
  }
  return text.starts_with("SSH-") ? "SSH, not ledactor's wire" : std::string{};
}

}  // namespace ledactor::net
