#pragma once

#include <caf/logger.hpp>

#include <string>

namespace ledactor {

/// A line's date: local time in ISO 8601, to the millisecond, with the offset from UTC, so that
/// lines of boards in two places can be compared.
std::string log_date(caf::timestamp at);

/// How a log line looks: a format as CAF has them, such as "%d %p %c %m%n", colored by level or
/// not.
class log_format {
public:
  /// @param format fields as in CAF's manual; conf `caf.logger.console.format`,
  /// `caf.logger.file.format`.
  /// @param colored for a terminal; conf `caf.logger.console.colored`.
  log_format(const std::string& format, bool colored);

  std::string render(const caf::logger::event& e) const;

private:
  caf::logger::line_format fields_;
  bool colored_;
  caf::timestamp start_ = caf::make_timestamp();  ///< from which %r counts
};

}  // namespace ledactor
