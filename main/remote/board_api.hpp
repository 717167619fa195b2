#pragma once

#include "main/config.hpp"
#include "main/failure.hpp"
#include "web/http_client.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <variant>

namespace ledactor::remote {

/// The API of a running board; see web/openapi.json.
class board_api {
public:
  /// Finds the board that runs with a configuration.
  /// @returns its API, or why its token is not to be had.
  static std::variant<board_api, failure> of(const config& c);

  /// Reads something.
  /// @returns the answer; or `exit_unavailable` if no board answers, `exit_permission` if it wants
  ///          another token, `exit_failed` if it says no.
  std::variant<nlohmann::json, failure> get(const std::string& target) const;

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
