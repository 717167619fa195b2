#pragma once

#include <caf/config_value.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ledactor {

/// What kind of value an option takes.
enum class option_kind {
  text,      ///< any text
  choice,    ///< one of a few words
  integer,   ///< a whole number in a range
  flag,      ///< true or false
  duration,  ///< such as 250ms, in a range
  line,      ///< a line of the GPIO chip: a BCM offset (17) or a line name ("GPIO17")
  lines,     ///< 1 to 64 such lines in a list
};

/// One key of the configuration's `ledactor` section. The table of them is the one place that
/// knows the keys: the checks, `--help` and `--dump-config` read it.
struct option {
  std::string_view key;  ///< below `ledactor.`
  option_kind kind;
  std::string_view fallback;  ///< in the configuration's syntax; empty: none
  std::string_view allowed;   ///< in words; for a choice, the words themselves
  std::int64_t min = 0;       ///< of an integer, or of a duration [ms]
  std::int64_t max = 0;
  std::string_view help;
};

/// All options, in the order of the configuration file.
std::span<const option> all_options();

/// The option of that key (without `ledactor.`), or null.
const option* find_option(std::string_view key);

/// The key that is spelled most like a wrong one (both without `ledactor.`).
std::string_view nearest_key(std::string_view wrong);

/// What is wrong with a value for this option, in words; nothing if it is good.
std::optional<std::string> complaint_about(const option& o, const caf::config_value& value);

/// Reads a value as it stands on a command line; `complaint_about` is for the caller.
caf::config_value parse_option(const option& o, const std::string& text);

/// A line's name in one form, so that 17 and "GPIO17" are seen to be the same.
std::string line_name(const caf::config_value& line);

}  // namespace ledactor
