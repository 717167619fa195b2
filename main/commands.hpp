#pragma once

#include "main/command_line.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ledactor {

/// An option that one command alone takes.
struct own_option {
  std::string_view name;                       ///< with its dashes
  bool command_line::*flag = nullptr;          ///< what it sets; null: it takes a value
  std::string command_line::*value = nullptr;  ///< where the value goes
};

/// A command: the program's first argument, if that is no option.
struct command_spec {
  std::string_view name;
  command_line::command what;
  std::string_view usage = {};  ///< its own arguments
  std::vector<own_option> own = {};
  std::size_t min_words = 0;  ///< of its arguments, those that are no options
  std::size_t max_words = 0;
  bool takes_keys = false;    ///< it takes the options of a run, too
  bool asks_a_board = false;  ///< it talks to a board that runs
  std::string_view help;
};

/// All commands, in the order in which `--help` has them.
std::span<const command_spec> all_commands();

/// The command of that name, or null.
const command_spec* find_command(std::string_view name);

/// That command, which is not `run`.
const command_spec& spec_of(command_line::command what);

/// The command that an option belongs to, or null.
const command_spec* find_owner(std::string_view option);

/// How a command is called.
std::string usage_of(const command_spec& command);

}  // namespace ledactor
