#define CAF_SUITE log_history

#include "actors/log_history.hpp"

#include <caf/logger.hpp>
#include <caf/test/bdd_dsl.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <future>
#include <thread>

using namespace ledactor;
using namespace std::chrono_literals;
using texts = std::vector<std::string>;

namespace {

constexpr unsigned info = CAF_LOG_LEVEL_INFO;
constexpr unsigned debug = CAF_LOG_LEVEL_DEBUG;

struct fixture {
  fixture() { history.open(); }

  texts texts_since(std::uint64_t id, std::string_view component = {}, unsigned level = info) {
    texts all;
    for (const auto& l : history.since(id, component, level).lines) {
      all.push_back(l.text);
    }
    return all;
  }

  /// As the log's macros do.
  void log(unsigned level, std::string_view component, std::string text) {
    if (history.wants(level)) {
      history.take(level, component, std::move(text));
    }
  }

  std::chrono::steady_clock::time_point now{};
  std::function<void()> at_time;  ///< done when the history asks for the time
  log_history history{[this] {
    if (const auto action = at_time) {
      action();
    }
    return now;
  }};
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a history that nobody can look into keeps nothing") {
  log_history closed;
  CHECK(!closed.wants(CAF_LOG_LEVEL_ERROR));
  closed.since(0, {}, debug);
  CHECK(!closed.wants(CAF_LOG_LEVEL_ERROR));
}

SCENARIO("lines are numbered from 1, and told from the oldest on") {
  log(info, "ledactor.chip", "a");
  log(CAF_LOG_LEVEL_ERROR, "ledactor.panel", "b");
  const auto all = history.since(0, {}, info);
  CHECK_EQ(all.last, 2U);
  REQUIRE_EQ(all.lines.size(), 2U);
  CHECK_EQ(all.lines[0].id, 1U);
  CHECK_EQ(all.lines[0].component, "ledactor.chip");
  CHECK_EQ(all.lines[1].level, unsigned{CAF_LOG_LEVEL_ERROR});
  CHECK_EQ(texts_since(1), texts{"b"});
  CHECK(texts_since(2).empty());
  CHECK(texts_since(99).empty());
}

SCENARIO("lines can be chosen by component and by level; the newest id is of all of them") {
  log(info, "ledactor.chip", "a");
  log(CAF_LOG_LEVEL_WARNING, "ledactor.chip", "b");
  log(info, "ledactor.panel", "c");
  CHECK_EQ(texts_since(0, "ledactor.chip"), (texts{"a", "b"}));
  CHECK_EQ(texts_since(0, {}, CAF_LOG_LEVEL_WARNING), texts{"b"});
  CHECK(texts_since(0, "ledactor").empty());
  CHECK_EQ(history.since(0, "ledactor.chip", info).last, 3U);
}

SCENARIO("the history is bounded, and so is each line") {
  log(info, "ledactor.chip", std::string(2 * max_log_line, 'x'));
  CHECK_EQ(texts_since(0)[0].size(), max_log_line);
  for (std::size_t i = 0; i < max_log_lines; ++i) {
    log(info, "ledactor.chip", std::to_string(i));
  }
  const auto all = texts_since(0);
  REQUIRE_EQ(all.size(), max_log_lines);
  CHECK_EQ(all.front(), "0");
  CHECK_EQ(all.back(), std::to_string(max_log_lines - 1));
}

SCENARIO("many lines of debug do not drive out the graver ones") {
  history.since(0, {}, debug);
  log(info, "ledactor.supervisor", "why");
  for (std::size_t i = 0; i < 2 * max_log_lines; ++i) {
    log(debug, "ledactor.chip", "edge");
  }
  log(info, "ledactor.supervisor", "and then");
  CHECK_EQ(texts_since(0), (texts{"why", "and then"}));
  const auto all = history.since(0, {}, debug).lines;
  REQUIRE_EQ(all.size(), max_log_lines + 2);
  CHECK(std::is_sorted(all.begin(), all.end(),
                       [](const auto& a, const auto& b) { return a.id < b.id; }));
}

SCENARIO("who has missed lines that are no longer kept is told so") {
  history.since(0, {}, debug);
  log(debug, "ledactor.chip", "edge");
  for (std::size_t i = 0; i < max_log_lines; ++i) {
    log(info, "ledactor.chip", "a line");
  }
  CHECK(history.since(0, {}, debug).complete);
  log(info, "ledactor.chip", "one more");  // drives out the line of id 2
  CHECK(!history.since(1, {}, info).complete);
  CHECK(history.since(2, {}, info).complete);
  for (std::size_t i = 0; i < max_log_lines; ++i) {
    log(debug, "ledactor.chip", "edge");
  }
  CHECK(history.since(2, {}, info).complete);
  CHECK(history.since(2, {}, debug).complete);
  log(debug, "ledactor.chip", "one more");
  CHECK(!history.since(2, {}, debug).complete);
}

SCENARIO("what one reader has taken is there for the next, and drops out with newer lines") {
  history.since(0, {}, debug);
  for (const auto* text : {"a", "b", "c"}) {
    log(info, "ledactor.chip", text);
    CHECK_EQ(texts_since(0).back(), text);
  }
  log(debug, "ledactor.chip", "d");
  CHECK_EQ(texts_since(0, {}, debug), (texts{"a", "b", "c", "d"}));
  for (std::size_t i = 0; i < max_log_lines - 1; ++i) {
    log(info, "ledactor.chip", "more");
  }
  CHECK_EQ(texts_since(0).front(), "c");
  CHECK(!history.since(1, {}, info).complete);
  CHECK(history.since(2, {}, info).complete);
  const auto last = history.since(0, {}, info).last;
  for (std::size_t i = 0; i < max_log_lines + 5; ++i) {
    log(info, "ledactor.chip", "a flood");  // of which no reader sees the first five lines
  }
  CHECK_EQ(texts_since(0), texts(max_log_lines, "a flood"));
  CHECK(!history.since(last + 4, {}, info).complete);
  CHECK(history.since(last + 5, {}, info).complete);
  CHECK_EQ(texts_since(0, {}, debug).front(), "d");
}

SCENARIO("no writer waits for a reader that is stopped while it reads") {
  history.since(0, {}, debug);
  std::promise<void> stopped;
  std::promise<void> go_on;
  at_time = [&] {  // a reader of the time is in the middle of `since`
    at_time = nullptr;
    stopped.set_value();
    go_on.get_future().wait();
  };
  std::thread reader{[this] {
    history.since(0, {}, debug);
  }};
  stopped.get_future().wait();
  auto writer = std::async(std::launch::async, [this] { log(info, "ledactor.chip", "a line"); });
  const auto outcome = writer.wait_for(30s);
  go_on.set_value();
  reader.join();
  CHECK(outcome == std::future_status::ready);
  CHECK_EQ(texts_since(0), texts{"a line"});
}

SCENARIO("lines of debug are kept only while somebody asks for them") {
  CHECK(!history.wants(debug));
  history.since(0, {}, info);
  CHECK(!history.wants(debug));
  history.since(0, {}, debug);
  CHECK(history.wants(debug));
  log(debug, "ledactor.chip", "asked for");
  now += debug_patience;
  log(debug, "ledactor.chip", "still asked for");
  now += 1ns;
  log(debug, "ledactor.chip", "too late");
  CHECK(!history.wants(debug));
  log(info, "ledactor.chip", "as ever");
  CHECK_EQ(texts_since(0), texts{"as ever"});
  CHECK_EQ(texts_since(0, {}, debug), (texts{"asked for", "still asked for", "as ever"}));
}

SCENARIO("who asks again is given more time") {
  history.since(0, {}, debug);
  now += debug_patience;
  history.since(0, {}, debug);
  now += debug_patience;
  log(debug, "ledactor.chip", "asked for");
  CHECK_EQ(texts_since(0, {}, debug), texts{"asked for"});
}

SCENARIO("many threads may write while another reads") {
  std::array<std::thread, 4> writers;
  for (auto& writer : writers) {
    writer = std::thread{[this] {
      for (int n = 0; n < 500; ++n) {
        log(n % 2 == 0 ? info : debug, "ledactor.chip", "a line");
      }
    }};
  }
  for (int n = 0; n < 50; ++n) {
    CHECK(history.since(0, {}, debug).lines.size() <= 2 * max_log_lines);
  }
  for (auto& writer : writers) {
    writer.join();
  }
  CHECK(history.since(0, {}, debug).last >= 1000U);
}

END_FIXTURE_SCOPE()
