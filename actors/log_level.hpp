#pragma once

#include <caf/logger.hpp>

#include <array>
#include <string_view>

namespace ledactor {

/// A level of the log.
struct log_level {
  unsigned number;        ///< CAF_LOG_LEVEL_*
  std::string_view word;  ///< in the configuration and in the API
  std::string_view name;  ///< in a line
};

/// All of them, the gravest first after the one that no line has.
inline constexpr std::array<log_level, 6> log_levels{{
    {CAF_LOG_LEVEL_QUIET, "quiet", "QUIET"},
    {CAF_LOG_LEVEL_ERROR, "error", "ERROR"},
    {CAF_LOG_LEVEL_WARNING, "warning", "WARNING"},
    {CAF_LOG_LEVEL_INFO, "info", "INFO"},
    {CAF_LOG_LEVEL_DEBUG, "debug", "DEBUG"},
    {CAF_LOG_LEVEL_TRACE, "trace", "TRACE"},
}};

/// The first that `is_meant`, or the last.
template <class Predicate>
constexpr const log_level& find_log_level(Predicate is_meant) {
  for (const auto& l : log_levels) {
    if (is_meant(l)) {
      return l;
    }
  }
  return log_levels.back();
}

}  // namespace ledactor
