#pragma once

#include "main/failure.hpp"

#include <caf/settings.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ledactor {

/// What the command line asks for.
struct command_line {
  enum class command { run, demo, doctor, off, keygen, status, press, release, kick, quit, log };

  command what = command::run;
  bool help = false;
  bool version = false;
  bool dump_config = false;
  bool force = false;                      ///< of keygen
  bool tour = false;                       ///< of the demo
  bool json = false;                       ///< of the doctor and the status
  bool watch = false;                      ///< of the status
  bool follow = false;                     ///< of the log
  std::string component;                   ///< of the log; empty: all
  std::string level = "info";              ///< of the log
  std::vector<std::string> words;          ///< keygen's FILE, press' N [MS], ...
  std::optional<std::string> config_file;  ///< if one was named
  caf::settings overrides;                 ///< keys of the `ledactor` section, checked
  std::vector<std::string> caf_arguments;  ///< `--caf.KEY=VALUE`, for CAF to read
};

/// Reads the arguments after the program's name.
/// @returns what they ask for, or what is wrong with the first that is; status `exit_usage`.
std::variant<command_line, failure> parse_command_line(const std::vector<std::string>& arguments);

}  // namespace ledactor
