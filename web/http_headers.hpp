#pragma once

// Beast's field.hpp of Debian 13 (Boost 1.83) needs std::uint32_t and does not include this.
// clang-format off
#include <cstdint>
// clang-format on

#include <boost/beast/core/string_type.hpp>
#include <boost/beast/http/field.hpp>
#include <ctime>
#include <string>
#include <string_view>

namespace ledactor::web {

/// What a page may do: load from this server, and nothing else.
inline constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What events are sent as.
inline constexpr std::string_view event_type = "text/event-stream";

/// A time as HTTP has it: RFC 9110, section 5.6.7.
std::string http_date(std::time_t at);

/// What every answer says: when it was made, what of it may be kept, and what a page may do with
/// it.
template <class Message>
void set_common_headers(Message& m) {
  namespace http = boost::beast::http;
  m.set(http::field::date, http_date(std::time(nullptr)));
  m.set(http::field::cache_control, "no-store");
  m.set("Content-Security-Policy",
        boost::beast::string_view{content_policy.data(), content_policy.size()});
  m.set("X-Content-Type-Options", "nosniff");
  m.set("Referrer-Policy", "no-referrer");
  m.set("Cross-Origin-Resource-Policy", "same-origin");
}

}  // namespace ledactor::web
