#define CAF_SUITE system_config

#include "main/system_config.hpp"

#include "main/config_file.hpp"
#include "tests/main/complaint.hpp"
#include "tests/temp_folder.hpp"

#include <caf/test/bdd_dsl.hpp>
#include <fmt/format.h>

using namespace ledactor;

namespace {

/// The fault that CAF's configuration finds in a file's text and in arguments.
std::optional<failure> fault_of(const std::string& text,
                                const std::vector<std::string>& arguments) {
  const auto parsed = parse_config(text);
  REQUIRE(std::holds_alternative<caf::settings>(parsed));
  return system_config{}.take(std::get<caf::settings>(parsed), arguments);
}

/// The complaint about a file that sets one of CAF's keys; empty if it is good.
std::string complaint_about_key(std::string_view key, std::string_view value) {
  CAF_MESSAGE(fmt::format("{} = {}", key, value));
  const auto fault = fault_of(test::file_with(key, value), {});
  if (!fault) {
    return "";
  }
  CHECK_EQ(fault->status, exit_config);
  return test::checked(fault->text);
}

/// The complaint about an argument; empty if it is good.
std::string complaint_about_argument(const std::string& argument) {
  CAF_MESSAGE(argument.substr(0, test::max_complaint));
  const auto fault = fault_of("", {argument});
  if (!fault) {
    return "";
  }
  CHECK_EQ(fault->status, exit_usage);
  return test::checked(fault->text);
}

struct caf_value_case {
  std::string_view key;  ///< below `caf.`
  std::string_view value;
  std::string_view allowed;
};

constexpr std::string_view level_words = "quiet, error, warning, info, debug, trace";
constexpr std::string_view format_words = "after each %, one of cCdFLmMnprta%";
constexpr std::string_view number_words = "a whole number in range";

constexpr caf_value_case bad_caf_values[] = {
    {"logger.console.verbosity", R"("loud")", level_words},
    {"logger.console.verbosity", "3", level_words},
    {"logger.file.verbosity", R"("INFO")", level_words},
    {"logger.console.format", R"("%q")", format_words},
    {"logger.console.format", R"("50%")", format_words},
    {"logger.console.colored", R"("yes")", "true, false"},
    {"logger.console.excluded-components", R"("caf")", "a list of texts in quotes"},
    {"logger.file.path", "5", "a text in quotes"},
    {"scheduler.policy", R"("fair")", "sharing, stealing"},
    {"scheduler.policy", "5", "sharing, stealing"},
    {"scheduler.max-threads", R"("x")", "1 to 64"},
    {"scheduler.max-threads", "0", "1 to 64"},
    {"scheduler.max-threads", "-1", "1 to 64"},
    {"scheduler.max-threads", "65", "1 to 64"},
    {"scheduler.max-throughput", "0", "1 to 1000000"},
    {"middleman.max-consecutive-reads", "0", "1 to 1000000"},
    {"middleman.heartbeat-interval", R"("x")", "a duration, such as 1s"},
    {"middleman.network-backend", R"("testing")", "default"},
    {"middleman.manual-multiplexing", "true", "false"},
    {"middleman.prometheus-http.port", "65536", number_words},
    {"middleman.prometheus-http.port", R"("http")", number_words},
    {"middleman.prometheus-http.address", "5", "a text in quotes"},
};

struct good_caf_value {
  std::string_view key;
  std::string_view value;
};

constexpr good_caf_value good_caf_values[] = {
    {"logger.console.verbosity", R"("trace")"},
    {"logger.console.format", R"("%d %% %m%n")"},
    {"logger.console.colored", "true"},
    {"logger.console.excluded-components", "[]"},
    {"scheduler.policy", R"("stealing")"},
    {"scheduler.max-threads", "1"},
    {"scheduler.max-threads", "64"},
    {"scheduler.max-throughput", "1000000"},
    {"middleman.heartbeat-interval", "1500ms"},
    {"middleman.network-backend", R"("default")"},
    {"middleman.prometheus-http.port", "65535"},
    {"middleman.workers", "0"},
};

}  // namespace

SCENARIO("an unknown key of CAF is refused, with the nearest that is known") {
  CHECK(
      complaint_about_key("caf.x", "1").starts_with("unknown key 'caf.x'; CAF's nearest is 'caf."));
  CHECK_EQ(complaint_about_key("caf.scheduler.polcy", "1"),
           "unknown key 'caf.scheduler.polcy'; CAF's nearest is 'caf.scheduler.policy'");
}

SCENARIO("a bad value for CAF is refused in a file") {
  for (const auto& [key, value, allowed] : bad_caf_values) {
    CHECK_EQ(complaint_about_key(fmt::format("caf.{}", key), value),
             fmt::format("caf.{}: {} is not allowed; allowed: {}", key, value, allowed));
  }
}

SCENARIO("a good value for CAF is taken") {
  for (const auto& [key, value] : good_caf_values) {
    CHECK_EQ(complaint_about_key(fmt::format("caf.{}", key), value), "");
  }
}

SCENARIO("a bad value for CAF is refused on the command line") {
  CHECK_EQ(complaint_about_argument("--caf.logger.console.verbosity=loud"),
           fmt::format("--caf.logger.console.verbosity: \"loud\" is not allowed; allowed: {}",
                       level_words));
  CHECK_EQ(complaint_about_argument("--caf.scheduler.max-threads=x"),
           "--caf.scheduler.max-threads: \"x\" is not allowed; allowed: 1 to 64");
  CHECK_EQ(complaint_about_argument("--caf.scheduler.policy=5"),
           "--caf.scheduler.policy: \"5\" is not allowed; allowed: sharing, stealing");
  CHECK_EQ(complaint_about_argument("--caf.logger.console.colored=1"),
           "--caf.logger.console.colored: 1 is not allowed; allowed: true, false");
}

SCENARIO("an unknown argument for CAF is refused") {
  CHECK_EQ(complaint_about_argument("--caf.scheduler.polcy=sharing"),
           "unknown option '--caf.scheduler.polcy'; CAF's nearest is '--caf.scheduler.policy'");
}

SCENARIO("a deeply nested argument for CAF is not parsed") {
  CHECK(test::contains(complaint_about_argument("--caf.logger.console.excluded-components="
                                                + std::string(100'000, '[')),
                       "allowed: a list of texts in quotes"));
}

SCENARIO("an argument goes before the file, and the file before the default") {
  const auto throughput = [](const std::string& text, const std::vector<std::string>& arguments) {
    system_config c;
    const auto settings = parse_config(text);
    REQUIRE(!c.take(std::get<caf::settings>(settings), arguments));
    return caf::get_or(c.content, "caf.scheduler.max-throughput", std::int64_t{0});
  };
  const auto* file = "caf { scheduler { max-throughput = 3 } }";
  CHECK_EQ(throughput("", {}), 50);
  CHECK_EQ(throughput(file, {}), 3);
  CHECK_EQ(throughput(file, {"--caf.scheduler.max-throughput=4"}), 4);
}

SCENARIO("a file replaces the keys of CAF that it has, and no others") {
  system_config c;
  const auto settings = parse_config("caf { scheduler { max-threads = 2 } }");
  REQUIRE(!c.take(std::get<caf::settings>(settings), {}));
  CHECK_EQ(caf::get_or(c.content, "caf.scheduler.max-throughput", std::int64_t{0}), 50);
  CHECK_EQ(c.idle_keys(), std::vector<std::string>{"caf.scheduler.max-threads"});
  CHECK_EQ(caf::get_or(c.content, "caf.logger.console.verbosity", "none"), "info");
}

SCENARIO("a log file needs a folder") {
  const test::temp_folder folder;
  const auto fault_with = [&](const std::string& level, const std::string& path) {
    return fault_of("", {"--caf.logger.file.verbosity=" + level,
                         "--caf.logger.file.path=" + folder.path().string() + path});
  };
  const auto fault = fault_with("info", "/absent/log");
  REQUIRE(fault);
  CHECK_EQ(fault->status, exit_config);
  CHECK(fault->text.starts_with("caf.logger.file.path: cannot write into '"));
  CHECK(fault->text.ends_with(": No such file or directory"));
  CHECK(!fault_with("info", "/log"));
  CHECK(!fault_with("quiet", "/absent/log"));
}
