#define CAF_SUITE log_outlet

#include "actors/log_outlet.hpp"

#include "tests/temp_folder.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

using namespace ledactor;
using ledactor::test::temp_folder;
using namespace std::chrono_literals;

namespace {

const log_outlet_config info{CAF_LOG_LEVEL_INFO, {"ledactor.chip"}, "%p %m%n", false};

caf::logger::event line(const std::string& text) {
  return {CAF_LOG_LEVEL_INFO,   0, "ledactor.session", "", "", "", text, {}, 0,
          caf::make_timestamp()};
}

auto in_a_minute() {
  return std::chrono::steady_clock::now() + 60s;
}

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

/// A pipe, whose reader may read or not.
struct pipe_fixture {
  pipe_fixture() {
    std::array<int, 2> ends{};
    CAF_REQUIRE_EQUAL(::pipe2(ends.data(), O_CLOEXEC), 0);
    in = ends[0];
    out = ends[1];
  }
  ~pipe_fixture() {
    ::close(in);
    close_out();
  }

  void close_out() {
    if (out >= 0) {
      ::close(std::exchange(out, -1));
    }
  }

  /// Reads until a text has come.
  void read_until(const std::string& wanted) {
    std::array<char, 4096> chunk;
    while (read.find(wanted) == std::string::npos) {
      const auto got = ::read(in, chunk.data(), chunk.size());
      CAF_REQUIRE_GREATER(got, 0);
      read.append(chunk.data(), static_cast<std::size_t>(got));
    }
  }

  /// Reads until the writing end is closed. Checks nothing, so that any thread may call it.
  void read_all() {
    std::array<char, 4096> chunk;
    for (;;) {
      const auto got = ::read(in, chunk.data(), chunk.size());
      if (got <= 0) {
        return;
      }
      read.append(chunk.data(), static_cast<std::size_t>(got));
    }
  }

  int in = -1;
  int out = -1;
  std::string read;
};

/// The largest file that this process may write [bytes].
void limit_files(rlim_t size) {
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = size;
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

}  // namespace

SCENARIO("an outlet writes the lines of its levels and components, in order") {
  pipe_fixture pipe;
  log_outlet outlet{info, pipe.out};
  CHECK(outlet.wants(CAF_LOG_LEVEL_WARNING, "ledactor.session"));
  CHECK(!outlet.wants(CAF_LOG_LEVEL_DEBUG, "ledactor.session"));
  CHECK(!outlet.wants(CAF_LOG_LEVEL_ERROR, "ledactor.chip"));
  outlet.take(line("one"));
  caf::logger::event plain{};
  plain.message = "as it is\n";
  outlet.take(plain);
  outlet.take(line("two"));
  CHECK(outlet.close(in_a_minute()));
  pipe.read_until("two\n");
  CHECK_EQ(pipe.read, "INFO one\nas it is\nINFO two\n");
}

SCENARIO("a reader that does not read holds up nobody, and is told later what it missed") {
  pipe_fixture pipe;
  log_outlet outlet{info, pipe.out};
  const std::string long_text(1000, 'x');
  // As many as the pipe, the lines in the writer's hand and those that wait can hold, and more.
  const auto many = 100 + 2 * max_waiting_lines
                    + static_cast<std::size_t>(::fcntl(pipe.out, F_GETPIPE_SZ)) / long_text.size();
  for (std::size_t i = 0; i < many; ++i) {
    outlet.take(line(long_text));  // would never return if it waited
  }
  CHECK(!outlet.close(std::chrono::steady_clock::now()));  // nor does the end wait
  std::thread reader{[&pipe] {
    pipe.read_all();
  }};
  CHECK(outlet.close(in_a_minute()));
  pipe.close_out();
  reader.join();
  std::istringstream written{pipe.read};
  const std::string notice = "WARNING dropped lines=";
  std::size_t told = 0;
  std::size_t missed = 0;
  for (std::string text; std::getline(written, text);) {
    if (text.starts_with(notice)) {
      missed += std::stoul(text.substr(notice.size()));
    } else {
      CHECK_EQ(text, "INFO " + long_text);
      ++told;
    }
  }
  CHECK_GE(missed, 100u);
  CHECK_EQ(told + missed, many);
}

SCENARIO("when there is room on a full disk again, the log goes on and tells what is missing") {
  std::signal(SIGXFSZ, SIG_IGN);  // a write beyond the limit fails then, as on a full disk
  temp_folder folder;
  const auto path = folder.path().string() + "/log";
  log_outlet outlet{info, path};
  limit_files(13);
  outlet.take(line("fits"));
  outlet.take(line("is torn"));
  outlet.take(line("is lost"));
  CHECK(outlet.flush(in_a_minute()));
  limit_files(RLIM_INFINITY);
  outlet.take(line("there is room"));
  CHECK(outlet.close(in_a_minute()));
  CHECK_EQ(content_of(path), "INFO fits\nINF\nWARNING dropped lines=2\nINFO there is room\n");
}

SCENARIO("after its file was renamed and it was told so, the log goes on in a new one") {
  temp_folder folder;
  const auto path = folder.path().string() + "/log";
  const auto old_path = path + ".1";
  log_outlet outlet{info, path};
  outlet.take(line("before"));
  CAF_REQUIRE_EQUAL(::rename(path.c_str(), old_path.c_str()), 0);
  outlet.reopen();
  outlet.take(line("after"));
  CHECK(outlet.close(in_a_minute()));
  CHECK_EQ(content_of(old_path) + content_of(path), "INFO before\nINFO after\n");
  CHECK_EQ(::access(path.c_str(), F_OK), 0);
}

SCENARIO("a log file that cannot be opened is told at once") {
  temp_folder folder;
  const auto fifo = folder.path().string() + "/fifo";
  CAF_REQUIRE_EQUAL(::mkfifo(fifo.c_str(), 0600), 0);
  CHECK_THROWS_AS(log_outlet(info, fifo), std::system_error);
  CHECK_THROWS_AS(log_outlet(info, folder.path().string() + "/absent/log"), std::system_error);
}
