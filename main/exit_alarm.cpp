#include "main/exit_alarm.hpp"

#include <atomic>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

namespace ledactor {

namespace {

std::atomic<const char*> complaint = "";
std::atomic<int> exit_with = exit_software;

/// Calls only what signal-safety(7) lists.
void on_alarm(int /*signal*/) {
  const char* text = complaint;
  const int flags = ::fcntl(STDERR_FILENO, F_GETFL);
  ::fcntl(STDERR_FILENO, F_SETFL, flags | O_NONBLOCK);  // a log that nobody reads may be the cause
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text, std::strlen(text));
  ::fcntl(STDERR_FILENO, F_SETFL, flags);
  ::_exit(exit_with);
}

void set_timer(std::chrono::milliseconds limit) {
  itimerval timer{};
  timer.it_value.tv_sec = limit.count() / 1000;
  timer.it_value.tv_usec = limit.count() % 1000 * 1000;
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

}  // namespace

void exit_alarm::set(std::chrono::milliseconds limit, const char* text, exit_status status) {
  complaint = text;
  exit_with = status;
  struct sigaction action {};
  action.sa_handler = on_alarm;
  ::sigaction(SIGALRM, &action, nullptr);
  sigset_t alarm;  // it may have been blocked when the process started
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  ::pthread_sigmask(SIG_UNBLOCK, &alarm, nullptr);
  set_timer(limit);
}

void exit_alarm::clear() {
  set_timer(std::chrono::milliseconds{0});
}

}  // namespace ledactor
