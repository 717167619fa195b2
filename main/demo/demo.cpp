#include "main/demo/demo.hpp"

#include "main/demo/failure.hpp"
#include "main/demo/live.hpp"
#include "main/demo/rig.hpp"
#include "main/demo/tour.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace ledactor::demo {

namespace {

void report(const char* what) {
  fmt::print(stderr, "ledactor demo: {}\n", what);
}

/// Whatever started us may have left these in any state.
void prepare_process() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // A closed one would be given to the next pipe, and be mistaken for what it is not.
    if (::fcntl(fd, F_GETFD) < 0) {
      [[maybe_unused]] auto same = ::open("/dev/null", O_RDWR);
    }
  }
  // A board that has ended is told so by its pipe.
  std::signal(SIGPIPE, SIG_IGN);
  // Ignored, it would keep the boards' exit statuses from us.
  std::signal(SIGCHLD, SIG_DFL);
}

int run_live(rig& place) {
  std::string summary;
  {
    live view{place};
    view.run();
    summary = view.summary();
  }
  fmt::print("{}\n", summary);
  return 0;
}

}  // namespace

int run(const options& opts) {
  try {
    prepare_process();
    rig place{opts.program};
    auto in_terminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
    if (in_terminal && !opts.tour) {
      return run_live(place);
    }
    return tour{place}.run();
  } catch (const failure& bad) {
    report(bad.what());
    return bad.status();
  } catch (const std::exception& bad) {
    report(bad.what());
    return exit_failed;
  }
}

}  // namespace ledactor::demo
