#include "main/signals.hpp"

#include <initializer_list>

namespace ledactor {

bool is_ignored(int signal) {
  struct sigaction now {};
  return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    if (!is_ignored(signal)) {
      sigaddset(&set, signal);
    }
  }
  return set;
}

void ignore_failed_writes() {
  for (const int signal : {SIGPIPE, SIGXFSZ}) {
    ::signal(signal, SIG_IGN);
  }
}

}  // namespace ledactor
