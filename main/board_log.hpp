#pragma once

#include "main/failure.hpp"

#include <caf/actor_system_config.hpp>

#include <memory>
#include <optional>
#include <streambuf>
#include <string>

namespace ledactor {

/// A running board's log, as CAF's keys `caf.logger.console.*` and `caf.logger.file.*` have it:
/// opens `process_log`. CAF's own logger makes an actor that logs wait for the log's reader, so it
/// writes nothing itself: if the configuration asks for lines of CAF's own components, it hands
/// them on.
class board_log {
public:
  /// Opens the log, and has CAF's logger keep silent or hand its lines on.
  /// @returns why a log file cannot be written.
  std::optional<failure> open(caf::actor_system_config& settings);

  board_log();
  board_log(const board_log&) = delete;
  board_log& operator=(const board_log&) = delete;
  ~board_log();

private:
  std::unique_ptr<std::streambuf> bridge_;  ///< std::clog's, while CAF's logger has lines for us
  std::streambuf* before_ = nullptr;
};

}  // namespace ledactor
