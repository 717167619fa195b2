#include "main/board_log.hpp"

#include "actors/log.hpp"
#include "actors/log_level.hpp"
#include "main/system_config.hpp"

#include <caf/node_id.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace ledactor {

namespace {

/// How CAF's logger writes a line for the bridge: level, component, actor and message.
constexpr const char* bridge_format = "%p %c %a %m";

/// A line of CAF's own that is longer is cut [bytes].
constexpr std::size_t max_bridged_line = 4096;

/// Takes what CAF's logger writes to std::clog, line by line, and hands it to the log.
class caf_bridge : public std::streambuf {
protected:
  int_type overflow(int_type c) override {
    if (c == '\n') {
      hand_on();
    } else if (c != traits_type::eof() && line_.size() < max_bridged_line) {
      line_.push_back(static_cast<char>(c));
    }
    return traits_type::not_eof(c);
  }

private:
  void hand_on() {
    std::string_view rest = line_;
    const auto next_word = [&rest] {
      const auto word = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(rest.size(), word.size() + 1));
      return word;
    };
    const auto level = next_word();
    const auto component = next_word();
    auto actor = next_word();
    actor.remove_prefix(std::min(actor.size(), actor.find_first_of("0123456789")));
    const auto& known = caf_components();
    const auto name = std::find(known.begin(), known.end(), component);
    if (name != known.end()) {
      caf::logger::event e{};
      e.level = find_log_level([&](const auto& l) { return l.name == level; }).number;
      e.category_name = *name;
      e.message = rest;
      std::from_chars(actor.data(), actor.data() + actor.size(), e.aid);
      e.tid = std::this_thread::get_id();
      e.tstamp = caf::make_timestamp();
      process_log::instance().write(e);
    }
    line_.clear();
  }

  std::string line_;
};

log_outlet_config outlet_config_of(const caf::settings& settings, const std::string& section) {
  const auto key = [&section](const char* name) {
    return fmt::format("caf.logger.{}.{}", section, name);
  };
  const auto verbosity = caf::get_or(settings, key("verbosity"), "quiet");
  return {
      .verbosity = find_log_level([&](const auto& l) { return l.word == verbosity; }).number,
      .excluded = caf::get_or(settings, key("excluded-components"), std::vector<std::string>{}),
      .format = caf::get_or(settings, key("format"), ""),
      .colored = caf::get_or(settings, key("colored"), false),
  };
}

/// The log file's path: CAF's names for parts that make it the only one of its kind, filled in.
std::string log_path_of(const caf::actor_system_config& settings) {
  auto path = caf::get_or(settings, "caf.logger.file.path",
                          std::string{"actor_log_[PID]_[TIMESTAMP]_[NODE].log"});
  const auto fill_in = [&path](std::string_view part, const std::string& text) {
    if (const auto at = path.find(part); at != std::string::npos) {
      path.replace(at, part.size(), text);
    }
  };
  fill_in("[PID]", std::to_string(::getpid()));
  fill_in("[TIMESTAMP]", caf::timestamp_to_string(caf::make_timestamp()));
  fill_in("[NODE]", caf::to_string(caf::hashed_node_id::local(settings)));
  return path;
}

/// Whether an outlet takes lines of a component of CAF's own.
bool wants_caf(const log_outlet_config& outlet) {
  return outlet.verbosity != CAF_LOG_LEVEL_QUIET
         && std::any_of(caf_components().begin(), caf_components().end(), [&](const auto& name) {
              return std::find(outlet.excluded.begin(), outlet.excluded.end(), name)
                     == outlet.excluded.end();
            });
}

}  // namespace

board_log::board_log() = default;

board_log::~board_log() {
  if (bridge_) {
    std::clog.rdbuf(before_);
  }
}

std::optional<failure> board_log::open(caf::actor_system_config& settings) {
  auto console = outlet_config_of(settings.content, "console");
  console.format += "%n";
  auto file = outlet_config_of(settings.content, "file");
  file.colored = false;
  std::vector<std::unique_ptr<log_outlet>> outlets;
  outlets.push_back(std::make_unique<log_outlet>(console, STDERR_FILENO));
  if (file.verbosity != CAF_LOG_LEVEL_QUIET) {
    const auto path = log_path_of(settings);
    try {
      outlets.push_back(std::make_unique<log_outlet>(file, path));
    } catch (const std::system_error& e) {
      const auto& why = e.code();
      return failure{
          why == std::errc::permission_denied ? exit_permission : exit_config,
          fmt::format("caf.logger.file.path: cannot open '{}': {}", path, why.message())};
    }
  }
  process_log::instance().open(std::move(outlets));
  const bool is_wanted = wants_caf(console) || wants_caf(file);
  const auto most = std::max(console.verbosity, file.verbosity);
  const auto& level = find_log_level([&](const auto& l) { return l.number == most; });
  settings.set("caf.logger.file.verbosity", "quiet");
  settings.set("caf.logger.console.verbosity", std::string{is_wanted ? level.word : "quiet"});
  settings.set("caf.logger.console.format", bridge_format);
  settings.set("caf.logger.console.colored", false);
  settings.set("caf.logger.console.excluded-components", std::vector<std::string>{});
  if (is_wanted) {
    bridge_ = std::make_unique<caf_bridge>();
    before_ = std::clog.rdbuf(bridge_.get());
  }
  return std::nullopt;
}

}  // namespace ledactor
