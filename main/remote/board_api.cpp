#include "main/remote/board_api.hpp"

#include "main/options.hpp"
#include "main/token.hpp"

#include <fmt/format.h>

#include <utility>

namespace ledactor::remote {

namespace {

using nlohmann::json;

/// Where to ask for a board that listens on an address: one that means all of them is no place.
std::string reachable(const std::string& listen) {
  return listen == "0.0.0.0" ? "127.0.0.1" : (listen == "::" ? "::1" : listen);
}

/// What a board says of an error.
std::string error_in(const web::reply& answer) {
  const auto parsed = json::parse(answer.body, nullptr, false);
  return parsed.is_object() && parsed.contains("error") && parsed.at("error").is_string()
             ? printable(parsed.at("error").get<std::string>(), 300)
             : fmt::format("the answer is HTTP status {}: is that a ledactor?", answer.status);
}

exit_status status_of(unsigned http_status) {
  return http_status == 401 || http_status == 403 ? exit_permission : exit_failed;
}

}  // namespace

std::string text_at(const json& object, const char* key) {
  constexpr std::size_t most = 2000;
  return printable(object.at(key).get<std::string>(), most);
}

std::variant<board_api, failure> board_api::of(const config& c) {
  auto token = read_token(c.web.token_file);
  if (auto* why = std::get_if<failure>(&token)) {
    return std::move(*why);
  }
  return board_api{{reachable(c.web.listen), c.web.port, std::get<std::string>(std::move(token))}};
}

std::variant<std::string, failure> board_api::ask(const std::string& method,
                                                  const std::string& target) const {
  auto answer = web::ask(where_, method, target);
  if (const auto* why = std::get_if<std::string>(&answer)) {
    return failure{exit_unavailable,
                   fmt::format("no board answers at {}: {}; is one running, with web.enabled, and "
                               "is this its role and its web.port?",
                               web::host_and_port(where_.host, where_.port), *why)};
  }
  auto& got = std::get<web::reply>(answer);
  if (got.status >= 300) {
    return failure{status_of(got.status), error_in(got)};
  }
  return std::move(got.body);
}

std::variant<json, failure> board_api::get(const std::string& target) const {
  auto answer = ask("GET", target);
  if (auto* why = std::get_if<failure>(&answer)) {
    return std::move(*why);
  }
  auto parsed = json::parse(std::get<std::string>(answer), nullptr, false);
  if (!parsed.is_object()) {
    return failure{exit_unavailable, fmt::format("what answers at {} is no ledactor",
                                                 web::host_and_port(where_.host, where_.port))};
  }
  return parsed;
}

failure board_api::check_identity(const config& c) const {
  if (c.web.is_port_given) {
    return {exit_ok, {}};
  }
  const auto answer = get("/api/status");
  if (const auto* why = std::get_if<failure>(&answer)) {
    return *why;
  }
  const auto& status = std::get<json>(answer);
  const auto role = text_at(status.at("board"), "role");
  const auto name = text_at(status.at("board"), "name");
  const auto address = text_at(status.at("link"), "address");
  const bool is_meant = role == (c.role == board_role::server ? "server" : "client")
                        && (!c.is_name_given || name == c.name)
                        && address.ends_with(fmt::format(":{}", c.port));
  return is_meant ? failure{exit_ok, {}}
                  : failure{exit_unavailable,
                            fmt::format(
                                "what answers at {} is another board: {}, the {} of {}; set "
                                "web.port to that of the board you mean",
                                web::host_and_port(where_.host, where_.port), name, role, address)};
}

failure board_api::post(const std::string& target) const {
  auto answer = ask("POST", target);
  auto* why = std::get_if<failure>(&answer);
  return why != nullptr ? std::move(*why) : failure{exit_ok, {}};
}

}  // namespace ledactor::remote
