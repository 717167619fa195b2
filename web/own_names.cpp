#include "web/own_names.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <climits>
#include <cstdint>
#include <netinet/in.h>
#include <unistd.h>

namespace ledactor::web {

namespace {

constexpr std::array<std::string_view, 2> schemes{"http://", "https://"};
constexpr std::size_t max_name = 253;  // RFC 1035

bool is_ip_address(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return text.find('\0') == text.npos && ::inet_pton(family, text.c_str(), address.data()) == 1;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string in_lower_case(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

/// This machine's own name, in lower case; empty if it has none.
std::string machine_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  ::gethostname(name.data(), name.size() - 1);
  return in_lower_case(name.data());
}

/// Whether this is what follows a host in a Host header: nothing, or a port.
bool is_port_or_none(std::string_view rest) {
  return rest.empty()
         || (rest.front() == ':' && std::all_of(rest.begin() + 1, rest.end(), [](char c) {
               return c >= '0' && c <= '9';
             }));
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= max_name && text.front() != '.'
         && std::all_of(text.begin(), text.end(), [](char c) {
              return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-'
                     || c == '_' || c == '.';
            });
}

/// How long an origin's scheme is; 0 if a text has none.
std::size_t scheme_length(std::string_view text) {
  const auto found = std::find_if(schemes.begin(), schemes.end(),
                                  [&](auto scheme) { return text.starts_with(scheme); });
  return found == schemes.end() ? 0 : found->size();
}

/// An origin as browsers write it: without the port that its scheme has by itself.
std::string without_own_port(const std::string& origin) {
  const std::string_view port = origin.starts_with("https") ? ":443" : ":80";
  return origin.substr(0, origin.size() - (origin.ends_with(port) ? port.size() : 0));
}

/// A name without the dot at its end that says that nothing is to be added to it.
std::string_view without_root(std::string_view name) {
  return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

}  // namespace

bool is_name_or_origin(std::string_view text) {
  const auto scheme = scheme_length(text);
  const auto colon = std::min(text.find(':', scheme), text.size());
  const auto port = text.substr(std::min(colon + 1, text.size()));
  std::uint16_t number = 0;
  std::from_chars(port.data(), port.data() + port.size(), number);
  return is_name(text.substr(scheme, colon - scheme))
         && (colon == text.size() || (scheme > 0 && number > 0 && port == std::to_string(number)));
}

own_names::own_names(const std::vector<std::string>& further) {
  for (const auto& each : further) {
    const auto text = in_lower_case(each);
    const auto scheme = scheme_length(text);
    const auto host = text.substr(scheme, text.find(':', scheme) - scheme);
    names_.emplace_back(without_root(host));
    origins_.push_back(scheme > 0 ? without_own_port(text) : "http://" + text);
  }
}

bool own_names::has(std::string_view host) const {
  const bool is_bracketed = host.starts_with('[');
  const auto end = std::min(host.find(is_bracketed ? ']' : ':'), host.size());
  const auto rest = host.substr(std::min(end + (is_bracketed ? 1 : 0), host.size()));
  if (!is_port_or_none(rest)) {
    return false;
  }
  if (is_bracketed) {
    return end < host.size() && is_ip_address(AF_INET6, std::string{host.substr(1, end - 1)});
  }
  const auto text = in_lower_case(host.substr(0, end));
  const auto name = without_root(text);
  const auto machine = machine_name();  // which may change while the board runs
  return is_ip_address(AF_INET, text) || name == "localhost"
         || (!machine.empty() && (name == machine || name == machine + ".local"))
         || std::find(names_.begin(), names_.end(), name) != names_.end();
}

bool own_names::is_of_own_page(std::string_view origin, std::string_view host) const {
  return origin == "http://" + std::string{host}
         || std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

}  // namespace ledactor::web
