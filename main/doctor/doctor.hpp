#pragma once

#include "main/config.hpp"

/// `ledactor doctor`: whether a board would run on this machine, and what to do if not. It looks
/// and tells: it takes the buttons' lines for a moment, to read them, and changes nothing else.
namespace ledactor::doctor {

/// What the command line asked for.
struct doctor_options {
  bool json = false;  ///< print JSON, for programs; see report_json.hpp
};

/// Examines this machine and prints what was found on stdout. Takes a few seconds at most.
/// @returns the exit status: `exit_ok` if a run would work, `exit_failed` if there is a fault,
///          `exit_output` if what was found cannot be printed.
int run(const config& c, doctor_options how);

}  // namespace ledactor::doctor
