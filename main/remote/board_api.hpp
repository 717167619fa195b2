#pragma once

#include "main/config.hpp"
#include "main/failure.hpp"
#include "web/http_client.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

namespace ledactor::remote {

/// How often a board is asked for what is new.
inline constexpr std::chrono::milliseconds poll_interval{250};

/// A text in an answer, fit for a terminal whoever has answered.
std::string text_at(const nlohmann::json& object, const char* key);

/// The API of a running board; see web/openapi.json.
class board_api {
public:
  /// Where the board is that runs with a configuration.
  /// @returns its API, or why its token is not to be had.
  static std::variant<board_api, failure> of(const config& c);

  /// Reads something.
  /// @returns the answer; or `exit_unavailable` if no board answers, `exit_permission` if it wants
  ///          another token, `exit_failed` if it says no.
  std::variant<nlohmann::json, failure> get(const std::string& target) const;

  /// Whether what answers is the board of that configuration, as far as it can tell. Another one
  /// may have come first to a default port, and must not be steered in its place. Where a port is
  /// configured, that is taken for the board that is meant.
  /// @returns nothing (`exit_ok`), `exit_unavailable` if it is another, or the failures of `get`.
  failure check_identity(const config& c) const;

  /// Has something done.
  /// @returns nothing (`exit_ok`), or the same failures as `get`.
  failure post(const std::string& target) const;

private:
  explicit board_api(web::board_address where) : where_(std::move(where)) {}

  std::variant<std::string, failure> ask(const std::string& method,
                                         const std::string& target) const;

  web::board_address where_;
};

}  // namespace ledactor::remote
