#include "main/system_config.hpp"

#include <caf/io/middleman.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <unistd.h>

namespace ledactor {

namespace {

/// Components of CAF's own log lines.
const std::vector<std::string> caf_components{"caf", "caf_flow", "caf_io", "caf_net", "caf_stream"};

constexpr std::array levels{"quiet", "error", "warning", "info", "debug", "trace"};

/// The log's format: time, level, component, event.
constexpr const char* log_format = "%d %p %c %m";

/// The first key of CAF's section that CAF does not know, or whose value is not of its type.
std::string find_fault(const caf::config_option_set& known, const caf::settings& section,
                       const std::string& prefix) {
  for (const auto& [name, value] : section) {
    const auto key = prefix + '.' + name;
    if (const auto* below = caf::get_if<caf::settings>(&value)) {
      if (auto fault = find_fault(known, *below, key); !fault.empty()) {
        return fault;
      }
      continue;
    }
    const auto* option = known.qualified_name_lookup(key);
    if (option == nullptr) {
      return fmt::format("{}: CAF has no such key", key);
    }
    auto copy = value;
    if (option->sync(copy)) {
      return fmt::format("{}: {} is not allowed; allowed: a value of type {}", key,
                         caf::to_string(value), caf::to_string(option->type_name()));
    }
  }
  return {};
}

std::string find_bad_verbosity(const caf::settings& settings) {
  for (const auto* key : {"caf.logger.console.verbosity", "caf.logger.file.verbosity"}) {
    const auto* level = caf::get_if<std::string>(&settings, key);
    if (level != nullptr && std::find(levels.begin(), levels.end(), *level) == levels.end()) {
      return fmt::format("{}: \"{}\" is not allowed; allowed: {}", key, *level,
                         fmt::join(levels, ", "));
    }
  }
  return {};
}

}  // namespace

system_config::system_config() {
  load<caf::io::middleman>();
  set("caf.scheduler.policy", "sharing");      // 'stealing' polls: hundreds of wake-ups a second
  set("caf.scheduler.max-threads", size_t{1});  // one hop from actor to actor needs no other core
  set("caf.scheduler.max-throughput", size_t{50});  // so that no actor starves the others
  set("caf.middleman.attach-utility-actors", true);  // no thread for what is not used
  set("caf.middleman.max-consecutive-reads", size_t{1});
  set("caf.logger.console.verbosity", "info");
  set("caf.logger.console.format", log_format);
  set("caf.logger.console.colored", ::isatty(STDERR_FILENO) == 1);
  set("caf.logger.console.excluded-components", caf_components);
  set("caf.logger.file.format", std::string{log_format} + "%n");
  set("caf.logger.file.excluded-components", caf_components);
}

std::optional<failure> system_config::take(const caf::settings& settings,
                                           std::vector<std::string> arguments) {
  if (const auto* section = caf::get_if<caf::settings>(&settings, "caf")) {
    if (auto fault = find_fault(custom_options(), *section, "caf"); !fault.empty()) {
      return failure{exit_config, fault};
    }
    std::function<void(caf::settings&, const caf::settings&)> lay_over
      = [&](caf::settings& bottom, const caf::settings& top) {
          for (const auto& [name, value] : top) {
            const auto* below = caf::get_if<caf::settings>(&value);
            if (below != nullptr) {
              lay_over(bottom[name].as_dictionary(), *below);
            } else {
              bottom.insert_or_assign(name, value);
            }
          }
        };
    lay_over(content["caf"].as_dictionary(), *section);
  }
  for (const auto& argument : arguments) {
    std::istringstream no_file;
    no_file.setstate(std::ios::failbit);
    if (auto why = parse({argument}, no_file)) {
      return failure{exit_usage, fmt::format("'{}': CAF has no such option, or cannot read its "
                                             "value ({})",
                                             argument, caf::to_string(why))};
    }
  }
  if (auto fault = find_bad_verbosity(content); !fault.empty()) {
    return failure{exit_config, fault};
  }
  return std::nullopt;
}

}  // namespace ledactor
