#define CAF_SUITE log_format

#include "actors/log_format.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <chrono>
#include <cstdlib>
#include <ctime>

using namespace ledactor;

namespace {

/// A line of the session's, 1.5 s after the epoch.
caf::logger::event line(unsigned level) {
  return {level,
          7,
          "ledactor.session",
          "void ledactor::net::session_state::end(int)",
          "end",
          "session.cpp",
          "ended reason=quit",
          std::thread::id{},
          3,
          caf::timestamp{std::chrono::milliseconds{1500}}};
}

std::string rendered(const std::string& format, bool colored = false) {
  return log_format{format, colored}.render(line(CAF_LOG_LEVEL_WARNING));
}

void set_zone(const char* zone) {
  ::setenv("TZ", zone, 1);
  ::tzset();
}

}  // namespace

SCENARIO("a line has the fields that its format names") {
  CHECK_EQ(rendered("%p %c %m"), "WARNING ledactor.session ended reason=quit");
  CHECK_EQ(rendered("%F:%L %M %a 100%%%n"), "session.cpp:7 end actor3 100%\n");
  CHECK_EQ(rendered("%C"), "ledactor.net.session_state");
  CHECK_EQ(log_format("%p", false).render(line(CAF_LOG_LEVEL_ERROR)), "ERROR");
  CHECK_EQ(log_format("%p", false).render(line(CAF_LOG_LEVEL_INFO)), "INFO");
  CHECK_EQ(log_format("%p", false).render(line(CAF_LOG_LEVEL_DEBUG)), "DEBUG");
  CHECK_EQ(log_format("%p", false).render(line(CAF_LOG_LEVEL_TRACE)), "TRACE");
}

SCENARIO("a line's date carries the offset from UTC") {
  set_zone("UTC");
  CHECK_EQ(rendered("%d"), "1970-01-01T00:00:01.500+00:00");
  set_zone("XYZ-5:30");  // as POSIX has it: east of Greenwich is negative
  CHECK_EQ(rendered("%d"), "1970-01-01T05:30:01.500+05:30");
  set_zone("XYZ3:30");
  CHECK_EQ(rendered("%d"), "1969-12-31T20:30:01.500-03:30");
  set_zone("UTC");
}

SCENARIO("a color begins and ends on its own line") {
  CHECK_EQ(rendered("%p%n", true), "\x1b[33mWARNING\x1b[0m\n");
  CHECK_EQ(rendered("%p", true), "\x1b[33mWARNING\x1b[0m");
}
