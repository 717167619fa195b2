#pragma once

#include <string>

/// `ledactor demo`: boards of the program itself, played with from outside. Everything here is a
/// client of the public contract (options, lines on stdin and stdout, signals, exit status) and
/// knows nothing of the actors.
namespace ledactor::demo {

/// What the command line asked for.
struct options {
  /// Play the checked tour even in a terminal.
  bool tour = false;
  /// The program to run as boards: this one.
  std::string program = "/proc/self/exe";
};

/// Plays the demo: the live view in a terminal; the tour with none, or when asked for.
/// Must be called while the process has one thread, since it forks and blocks signals.
/// @returns the exit status: 0, 1 if a step of the tour or a board failed, 69 if something the
///          demo needs is missing or 74 if stdout takes nothing (one line on stderr says
///          what), 128 + N if signal N interrupted the tour; SIGPIPE stands for a reader that has
///          gone.
int run(const options& opts);

}  // namespace ledactor::demo
