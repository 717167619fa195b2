#pragma once

#include "actors/log_history.hpp"

#include <caf/logger.hpp>
#include <fmt/format.h>

#include <string>
#include <string_view>

/// @file
/// Log lines of ledactor's own actors: one event a line, `event key=value ...`, under the
/// component `ledactor.NAME`. The text is put together only if somebody wants the line: CAF's
/// logger, or whoever reads the log from outside.

#define LEDACTOR_LOG(level, name, ...)                                                          \
  do {                                                                                          \
    auto& ledactor_history = ::ledactor::log_history::of_process();                             \
    if (ledactor_history.wants(CAF_LOG_LEVEL_##level)) {                                        \
      ledactor_history.take(CAF_LOG_LEVEL_##level, "ledactor." name, fmt::format(__VA_ARGS__)); \
    }                                                                                           \
    CAF_LOG_IMPL("ledactor." name, CAF_LOG_LEVEL_##level, fmt::format(__VA_ARGS__));            \
  } while (false)

#define LEDACTOR_DEBUG(name, ...) LEDACTOR_LOG(DEBUG, name, __VA_ARGS__)
#define LEDACTOR_INFO(name, ...) LEDACTOR_LOG(INFO, name, __VA_ARGS__)
#define LEDACTOR_WARNING(name, ...) LEDACTOR_LOG(WARNING, name, __VA_ARGS__)
#define LEDACTOR_ERROR(name, ...) LEDACTOR_LOG(ERROR, name, __VA_ARGS__)

namespace ledactor {

/// Longest piece of a foreign text that a log line repeats [bytes].
inline constexpr std::size_t max_log_text = 120;

/// A text from outside as a value of a log line: in quotes, bounded, and with nothing in it that
/// ends the quotes or the line, or that a terminal would obey.
std::string log_text(std::string_view text);

}  // namespace ledactor
