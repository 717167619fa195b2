#pragma once

#include "actors/log_history.hpp"
#include "actors/log_outlet.hpp"

#include <caf/logger.hpp>
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// @file
/// Log lines of ledactor's own actors: one event a line, `event key=value ...`, under the
/// component `ledactor.NAME`. The arguments are evaluated, and the text put together, once if
/// somebody wants the line, else never.

#define LEDACTOR_LOG(severity, name, ...)                                                        \
  do {                                                                                           \
    auto& ledactor_log = ::ledactor::process_log::instance();                                    \
    if (ledactor_log.wants(CAF_LOG_LEVEL_##severity, "ledactor." name)) {                        \
      ledactor_log.take({CAF_LOG_LEVEL_##severity, __LINE__, "ledactor." name, CAF_PRETTY_FUN,   \
                         __func__, ::caf::logger::skip_path(__FILE__), fmt::format(__VA_ARGS__), \
                         ::std::this_thread::get_id(), ::caf::logger::thread_local_aid(),        \
                         ::caf::make_timestamp()});                                              \
    }                                                                                            \
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

/// The log of this process: where its lines go. Any thread may log; none ever waits for a reader.
class process_log {
public:
  static process_log& instance();

  /// The last lines, for viewers.
  log_history& history() { return history_; }

  /// Writes lines there from now on. Called once, before other threads log.
  void open(std::vector<std::unique_ptr<log_outlet>> outlets);

  /// Whether a line would go anywhere.
  bool wants(unsigned level, std::string_view component) const noexcept;

  /// Takes a line of ledactor's own.
  void take(caf::logger::event e);

  /// Takes a line for the outlets alone: one of CAF's own components.
  void write(const caf::logger::event& e);

  /// Writes a line on stderr as it is: between the others while the log is open. The newline is
  /// added.
  void print(const std::string& line);

  /// Opens log files by their names again.
  void reopen();

  /// Takes no more lines, and waits until all are written.
  /// @returns false if they were not by then, since somebody does not read.
  bool close(std::chrono::steady_clock::time_point deadline);

private:
  log_history history_;
  std::vector<std::unique_ptr<log_outlet>> outlets_;  ///< the first is stderr's
};

}  // namespace ledactor
