#include "main/demo/demo.hpp"

#include "main/demo/failure.hpp"
#include "main/demo/live.hpp"
#include "main/demo/rig.hpp"
#include "main/demo/say.hpp"
#include "main/demo/tour.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <unistd.h>

namespace ledactor::demo {

namespace {

void report(const char* what) {
  fmt::print(stderr, "ledactor demo: {}\n", what);
}

int run_live(rig& place) {
  std::string summary;
  {
    live view{place};
    view.run();
    summary = view.summary();
  }
  say(summary);
  return 0;
}

}  // namespace

int run(const options& opts) {
  try {
    // Ignored by who has started us, it would keep the boards' exit statuses from us.
    std::signal(SIGCHLD, SIG_DFL);
    rig place{opts.program};
    auto in_terminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
    if (in_terminal && !opts.tour) {
      return run_live(place);
    }
    return tour{place}.run();
  } catch (const failure& bad) {
    if (*bad.what() != '\0') {
      report(bad.what());
    }
    return bad.status();
  } catch (const std::exception& bad) {
    report(bad.what());
    return exit_failed;
  }
}

}  // namespace ledactor::demo
