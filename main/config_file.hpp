#pragma once

#include "main/failure.hpp"

#include <caf/settings.hpp>

#include <optional>
#include <string>
#include <variant>

namespace ledactor {

/// The file that is read when none is named, if it is there.
inline constexpr const char* default_config_file = "caf-application.conf";

/// Reads a configuration file's text, and checks it as `read_config_file` does.
/// @returns its settings, or the first fault in words.
std::variant<caf::settings, std::string> parse_config(std::string text);

/// Reads a configuration file in CAF's format and checks each key of its `ledactor` section by
/// itself; the `caf` section is passed on.
/// @param path a file that must exist, or none for the default one.
/// @returns its settings, or the first fault; status `exit_config`.
std::variant<caf::settings, failure> read_config_file(const std::optional<std::string>& path);

/// Lays `top` over `bottom`, key by key.
void merge(caf::settings& bottom, const caf::settings& top);

/// The settings in the format of the file, for `--dump-config`.
std::string to_file_text(const caf::settings& settings);

}  // namespace ledactor
