#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ledactor::web {

/// Whether a text can be one of `ledactor.web.names`: a host name, or an origin: http:// or
/// https://, a host name and, if it is not the scheme's own, a port.
bool is_name_or_origin(std::string_view text);

/// What this board is called, and whose pages are its own. All others may be some site's that a
/// foreign name server leads here (DNS rebinding), or that asks in a visitor's name. What a proxy
/// says of itself, as in X-Forwarded-Host, counts for nothing: anybody can say it.
class own_names {
public:
  /// @param further names and origins beside `localhost`, this machine's name, and any IP address.
  explicit own_names(const std::vector<std::string>& further);

  /// Whether a Host header means this board.
  bool has(std::string_view host) const;

  /// Whether an Origin header names a page of this board: one of where it was asked, or of one of
  /// the further origins; a further name is one with http:// before it, too.
  /// @param host what was asked, of which `has` is true.
  bool is_of_own_page(std::string_view origin, std::string_view host) const;

private:
  std::vector<std::string> names_;
  std::vector<std::string> origins_;
};

}  // namespace ledactor::web
