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
  name,      ///< a board's name, see `net::is_valid_name`
  host,      ///< a host name or an IP address
  address,   ///< an IP address
  chip,      ///< "auto", or a GPIO chip's path, name or label
  file,      ///< a file's name
  files,     ///< a file's name, or a list of 1 to 4
  choice,    ///< one of a few words
  integer,   ///< a whole number in a range
  flag,      ///< true or false
  duration,  ///< such as 250ms, in a range
  names,     ///< 1 to 16 host names or origins in a list, see `web::is_name_or_origin`
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

/// How far a wrong spelling is from a known key: letters to change, add, drop or swap. A section
/// that is missing or wrong counts as one, and so does an end that is left out.
std::size_t misspelling(std::string_view known, std::string_view wrong);

/// The key that is spelled most like a wrong one (both without `ledactor.`).
std::string_view nearest_key(std::string_view wrong);

/// What is wrong with a value for this option, in words; nothing if it is good.
std::optional<std::string> complaint_about(const option& o, const caf::config_value& value);

/// Reads a value as it stands on a command line, of whatever type it looks like; what does not look
/// like any is a text.
caf::config_value parse_value(const std::string& text);

/// Reads a value for this option as it stands on a command line; `complaint_about` is for the
/// caller.
caf::config_value parse_option(const option& o, const std::string& text);

/// A value in the configuration's syntax; read again, it gives the same value.
std::string value_text(const caf::config_value& value);

/// Longest piece of a foreign text that a message repeats [bytes].
inline constexpr std::size_t max_repeated = 60;

/// A foreign text for a message: short, and free of control characters.
/// @param most how many bytes of it are repeated.
std::string printable(std::string_view text, std::size_t most = max_repeated);

/// Whether a word begins with a duration that CAF's parser would take for another, since its
/// nanoseconds do not fit into 64 bits, such as 18446744074s or 0x44b82fa0as.
bool is_endless(std::string_view word);

}  // namespace ledactor
