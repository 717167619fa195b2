#pragma once

#include "main/failure.hpp"

#include <chrono>
#include <string_view>

/// Stdin, stdout and stderr, as all commands use them.
namespace ledactor {

/// Opens /dev/null as each of the descriptors 0 to 2 that is closed. Otherwise the next descriptor
/// that is opened, such as a socket, would be taken for stdin, stdout or stderr. The first thing
/// that a program does.
/// @returns false if there is no /dev/null.
bool open_standard_streams();

/// Writes a text to stdout, whole and at once. It waits while stdout takes nothing. A reader that
/// has gone has read what it wanted: that is no failure.
/// @returns nothing (`exit_ok`), or `exit_output` and why the text cannot be written.
failure print_out(std::string_view text);

/// Waits, unless stdout's reader goes or has gone (a pipe's other end is closed, a terminal hung
/// up). A file always has its reader.
/// @returns whether the reader is still there.
bool wait_with_reader(std::chrono::milliseconds span);

/// Tells stderr of a failure, in one line.
/// @returns its exit status.
int fail(const failure& why);

/// Ends a command: tells stderr of its failure, if there is one.
/// @returns the exit status.
int finish(const failure& end);

}  // namespace ledactor
