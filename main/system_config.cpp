#include "main/system_config.hpp"

#include "main/options.hpp"
#include "net/loop.hpp"

#include <caf/io/middleman.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <string_view>
#include <unistd.h>

namespace ledactor {

namespace {

/// Keys of CAF that take more values than it can work with, and the good ones.
struct choice_rule {
  std::string_view key;
  std::vector<std::string_view> words;
};

struct range_rule {
  std::string_view key;
  std::int64_t min;
  std::int64_t max;
};

const std::vector<std::string_view> verbosities{"quiet", "error", "warning",
                                                "info",  "debug", "trace"};

const std::array<choice_rule, 5> choice_rules{{
    {"caf.logger.console.verbosity", verbosities},
    {"caf.logger.file.verbosity", verbosities},
    {"caf.scheduler.policy", {"sharing", "stealing"}},
    {"caf.middleman.network-backend", {"default"}},
    {"caf.middleman.manual-multiplexing", {"false"}},
}};

constexpr std::array<range_rule, 4> range_rules{{
    {"caf.scheduler.max-threads", 1, 64},
    {"caf.scheduler.max-throughput", 1, 1'000'000},
    {"caf.middleman.max-consecutive-reads", 1, 1'000'000},
    {"caf.middleman.workers", 0, 64},
}};

/// The fields that a log's format knows, after a percent sign.
constexpr std::string_view format_fields = "cCdFLmMnprta%";

/// The log's format: time, level, component, event.
constexpr const char* default_log_format = "%d %p %c %m";

std::string_view to_std(caf::string_view text) {
  return {text.data(), text.size()};
}

bool is_text(const caf::config_option& option) {
  return to_std(option.type_name()) == "std::string";
}

/// What kind of value an option takes, in words.
std::string_view kind_of(const caf::config_option& option) {
  const auto type = to_std(option.type_name());
  if (type == "bool") {
    return "true, false";
  }
  if (type == "caf::timespan") {
    return "a duration, such as 1s";
  }
  if (type == "list") {
    return "a list of texts in quotes";
  }
  return is_text(option) ? "a text in quotes"
                         : (type == "float" ? "a number" : "a whole number in range");
}

/// Whether a value is of an option's kind by itself: CAF would make a text of a number.
bool is_of_kind(const caf::config_option& option, const caf::config_value& value) {
  const auto type = to_std(option.type_name());
  auto copy = value;
  return caf::holds_alternative<std::string>(value) == (type == "std::string")
         && caf::holds_alternative<bool>(value) == (type == "bool")
         && caf::holds_alternative<caf::config_value::list>(value) == (type == "list")
         && !option.sync(copy);
}

bool is_format(std::string_view text) {
  for (auto i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 2)) {
    if (i + 1 == text.size() || format_fields.find(text[i + 1]) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

/// What is allowed for a key, if its value is not.
std::string find_allowed(const caf::config_option& option, const std::string& key,
                         const caf::config_value& value) {
  const auto has_key = [&](const auto& rule) {
    return rule.key == key;
  };
  const auto choice = std::find_if(choice_rules.begin(), choice_rules.end(), has_key);
  const auto range = std::find_if(range_rules.begin(), range_rules.end(), has_key);
  const bool is_good_kind = is_of_kind(option, value);
  if (choice != choice_rules.end()) {
    const auto* text = caf::get_if<std::string>(&value);
    const auto word = text != nullptr ? *text : caf::to_string(value);
    const auto& words = choice->words;
    return is_good_kind && std::find(words.begin(), words.end(), word) != words.end()
               ? ""
               : fmt::format("{}", fmt::join(words, ", "));
  }
  if (range != range_rules.end()) {
    const auto* number = caf::get_if<std::int64_t>(&value);
    return is_good_kind && number != nullptr && *number >= range->min && *number <= range->max
               ? ""
               : fmt::format("{} to {}", range->min, range->max);
  }
  if (!is_good_kind) {
    return std::string{kind_of(option)};
  }
  return key.ends_with(".format") && !is_format(caf::get<std::string>(value))
             ? fmt::format("after each %, one of {}", format_fields)
             : "";
}

std::string nearest_caf_key(const caf::config_option_set& known, std::string_view wrong) {
  std::string nearest;
  for (const auto& option : known) {
    const std::string name{to_std(option.full_name())};
    if (name.starts_with("caf.")
        && (nearest.empty() || misspelling(name, wrong) < misspelling(nearest, wrong))) {
      nearest = name;
    }
  }
  return nearest;
}

/// What is wrong with a key of CAF's, or an empty text.
std::string find_fault(const caf::config_option_set& known, const std::string& key,
                       const caf::config_value& value) {
  const auto* option = known.qualified_name_lookup(key);
  if (option == nullptr) {
    return fmt::format("unknown key '{}'; CAF's nearest is '{}'", printable(key),
                       nearest_caf_key(known, key));
  }
  const auto allowed = find_allowed(*option, key, value);
  return allowed.empty() ? ""
                         : fmt::format("{}: {} is not allowed; allowed: {}", key,
                                       printable(value_text(value)), allowed);
}

/// The first fault in CAF's section of a file, or an empty text.
std::string find_fault_in(const caf::config_option_set& known, const caf::settings& section,
                          const std::string& prefix) {
  for (const auto& [name, value] : section) {
    const auto key = fmt::format("{}.{}", prefix, name);
    const auto* below = caf::get_if<caf::settings>(&value);
    if (auto fault =
            below != nullptr ? find_fault_in(known, *below, key) : find_fault(known, key, value);
        !fault.empty()) {
      return fault;
    }
  }
  return {};
}

/// Why the log cannot be written to the file that is configured, if so. CAF would only say it.
std::optional<failure> find_log_file_fault(const caf::settings& settings) {
  const auto* level = caf::get_if<std::string>(&settings, "caf.logger.file.verbosity");
  const auto* path = caf::get_if<std::string>(&settings, "caf.logger.file.path");
  if (level == nullptr || *level == "quiet" || path == nullptr) {
    return std::nullopt;
  }
  const auto slash = path->rfind('/');
  const auto folder = slash == std::string::npos ? "." : path->substr(0, slash + 1);
  if (::access(folder.c_str(), W_OK | X_OK) == 0) {
    return std::nullopt;
  }
  return failure{errno == EACCES ? exit_permission : exit_config,
                 fmt::format("caf.logger.file.path: cannot write into '{}': {}", printable(folder),
                             std::strerror(errno))};
}

}  // namespace

const std::vector<std::string>& caf_components() {
  static const std::vector<std::string> names{"caf", "caf_flow", "caf_io", "caf_net", "caf_stream"};
  return names;
}

system_config::system_config() {
  load<caf::io::middleman, net::loop>();
  module_factories.emplace_back([](caf::actor_system& system) -> caf::actor_system::module* {
    return new net::loop_scheduler(system);
  });
  set("caf.scheduler.max-throughput", size_t{50});   // so that no actor starves the others
  set("caf.middleman.attach-utility-actors", true);  // no thread for what is not used
  set("caf.middleman.max-consecutive-reads", size_t{1});
  set("caf.metrics-filters.actors.includes", std::vector<std::string>{"ledactor.*"});
  set("caf.logger.console.verbosity", "info");
  set("caf.logger.console.format", default_log_format);
  set("caf.logger.console.colored", ::isatty(STDERR_FILENO) == 1);
  set("caf.logger.console.excluded-components", caf_components());
  set("caf.logger.file.format", std::string{default_log_format} + "%n");
  set("caf.logger.file.excluded-components", caf_components());
}

std::optional<failure> system_config::take(const caf::settings& settings,
                                           const std::vector<std::string>& arguments) {
  if (const auto* section = caf::get_if<caf::settings>(&settings, "caf")) {
    if (auto fault = find_fault_in(custom_options(), *section, "caf"); !fault.empty()) {
      return failure{exit_config, fault};
    }
    std::function<void(caf::settings&, const caf::settings&)> lay_over =
        [&](caf::settings& bottom, const caf::settings& top) {
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
  for (const auto& argument : arguments) {  // each is --key=value
    const auto equals = argument.find('=');
    const auto key = argument.substr(2, equals - 2);
    const auto text = argument.substr(equals + 1);
    const auto* option = custom_options().qualified_name_lookup(key);
    if (option == nullptr) {
      return failure{exit_usage,
                     fmt::format("unknown option '--{}'; CAF's nearest is '--{}'", printable(key),
                                 nearest_caf_key(custom_options(), key))};
    }
    const auto value = is_text(*option) ? caf::config_value{text} : parse_value(text);
    if (auto fault = find_fault(custom_options(), key, value); !fault.empty()) {
      return failure{exit_usage, "--" + fault};
    }
    caf::put(content, key, value);
  }
  return find_log_file_fault(content);
}

std::vector<std::string> system_config::idle_keys() const {
  std::vector<std::string> keys{"caf.scheduler.policy", "caf.scheduler.max-threads"};
  std::erase_if(keys, [this](const auto& key) { return caf::get_if(&content, key) == nullptr; });
  return keys;
}

}  // namespace ledactor
