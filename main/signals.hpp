#pragma once

#include <signal.h>

namespace ledactor {

/// Whether a signal is ignored. One that was when the program started stays so: nohup(1) has SIGHUP
/// ignored, and a shell without job control SIGINT and SIGQUIT of its jobs in the background.
/// Linux keeps even an ignored signal for who blocks and reads it, so nobody may block one.
bool is_ignored(int signal);

/// The signals that end a program in good order: SIGINT, SIGTERM, SIGHUP and SIGQUIT, but for those
/// that are ignored.
sigset_t ending_signals();

/// Makes a write to what takes no more fail, instead of ending the program: to a pipe that nobody
/// reads (SIGPIPE), and to a file that may not grow (SIGXFSZ, by `ulimit -f`).
void ignore_failed_writes();

}  // namespace ledactor
