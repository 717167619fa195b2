#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace ledactor::remote {

/// A board's status for people, without a newline at its end.
/// @param status as `GET /api/status` answers.
std::string status_text(const nlohmann::json& status);

}  // namespace ledactor::remote
