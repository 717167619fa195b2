#include "main/command_line.hpp"

#include "hw/board.hpp"
#include "hw/sim_command.hpp"
#include "main/commands.hpp"
#include "main/options.hpp"
#include "web/finger_leases.hpp"
#include "web/status_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace ledactor {

namespace {

/// Short names for the options that are given most.
struct short_name {
  std::string_view name;
  std::vector<std::string_view> keys;
};

const std::array<short_name, 8>& short_names() {
  static const std::array<short_name, 8> names{{
      {"role", {"role"}},
      {"name", {"name"}},
      {"board", {"board.backend"}},
      {"chip", {"board.chip"}},
      {"host", {"client.host"}},
      {"listen", {"server.listen"}},
      {"key-file", {"key-file"}},
      {"port", {"server.port", "client.port"}},  // that of the other role does no harm
  }};
  return names;
}

std::vector<std::string_view> keys_of(std::string_view name) {
  constexpr std::string_view section = "ledactor.";
  for (const auto& known : short_names()) {
    if (known.name == name) {
      return known.keys;
    }
  }
  if (name.starts_with(section) && find_option(name.substr(section.size())) != nullptr) {
    return {name.substr(section.size())};
  }
  return {};
}

/// Options that are no keys.
constexpr std::array<std::string_view, 4> plain_options{"config-file", "dump-config", "version",
                                                        "help"};

std::string nearest_option(std::string_view wrong) {
  constexpr std::string_view section = "ledactor.";
  if (wrong.starts_with(section)) {
    return fmt::format("--ledactor.{}", nearest_key(wrong.substr(section.size())));
  }
  std::vector<std::string_view> short_forms{plain_options.begin(), plain_options.end()};
  for (const auto& known : short_names()) {
    short_forms.push_back(known.name);
  }
  const auto nearest = *std::min_element(
      short_forms.begin(), short_forms.end(),
      [&](auto a, auto b) { return misspelling(a, wrong) < misspelling(b, wrong); });
  const auto key = nearest_key(wrong);
  return misspelling(nearest, wrong) <= misspelling(key, wrong) ? fmt::format("--{}", nearest)
                                                                : fmt::format("--ledactor.{}", key);
}

bool is_boolean(std::string_view word) {
  return word == "true" || word == "false";
}

/// Whether a button, or a component of the log, may have such a letter in its name.
bool is_of_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
}

std::string names_of_commands() {
  std::string names;
  for (const auto& c : all_commands()) {
    names += fmt::format("{}, ", c.name);
  }
  return names;
}

/// Reads one argument after the other; each `take_...` says what is wrong, if anything is.
class parser {
public:
  using complaint = std::optional<std::string>;

  explicit parser(const std::vector<std::string>& arguments)
      : next_(arguments.begin()), last_(arguments.end()) {}

  complaint take_all() {
    for (bool is_first = true; next_ != last_; is_first = false) {
      if (auto fault = take(*next_++, is_first)) {
        return fault;
      }
    }
    return line_.help ? std::nullopt : check_words();
  }

  command_line&& take_line() { return std::move(line_); }

private:
  complaint take(const std::string& argument, bool is_first) {
    if (argument == "--help" || argument == "-h") {
      line_.help = true;
    } else if (const auto* own = find_own(argument)) {
      return take_own(*own, argument);
    } else if (!takes_keys()) {
      return take_word(argument);
    } else if (argument == "--version") {
      line_.version = true;
    } else if (argument == "--dump-config" && command_ == nullptr) {
      line_.dump_config = true;
    } else if (argument.starts_with("--")) {
      return take_key(argument);
    } else if (argument.starts_with("-")) {
      return unknown_option(argument);
    } else {
      return command_ != nullptr ? take_word(argument) : take_command(argument, is_first);
    }
    return std::nullopt;
  }

  bool takes_keys() const { return command_ == nullptr || command_->takes_keys; }

  complaint take_command(const std::string& word, bool is_first) {
    command_ = find_command(word);
    if (command_ == nullptr) {
      return fmt::format(
          "unknown command '{}'; known: {}or none to run a board; see ledactor --help",
          printable(word), names_of_commands());
    }
    if (!is_first) {
      return fmt::format("'{0}' must be the first argument: ledactor {0}", word);
    }
    line_.what = command_->what;
    return std::nullopt;
  }

  complaint take_word(const std::string& word) {
    if (word.empty() || word.starts_with("-") || line_.words.size() == command_->max_words) {
      const auto* other = find_command(word);
      return other != nullptr ? fmt::format("'{0}' must be the first argument: ledactor {0}", word)
                              : not_an_argument(word);
    }
    line_.words.push_back(word);
    return std::nullopt;
  }

  std::string not_an_argument(const std::string& word) const {
    return fmt::format("{}: '{}' is not one of its arguments; usage: {}", command_->name,
                       printable(word), usage_of(*command_));
  }

  /// Of `--name` or `--name=value`, the command's own option of that name.
  const own_option* find_own(std::string_view argument) const {
    if (command_ == nullptr) {
      return nullptr;
    }
    const auto name = argument.substr(0, argument.find('='));
    const auto& own = command_->own;
    const auto known =
        std::find_if(own.begin(), own.end(), [&](const auto& o) { return o.name == name; });
    return known == own.end() || (known->flag != nullptr && name != argument) ? nullptr : &*known;
  }

  complaint take_own(const own_option& own, std::string_view argument) {
    if (own.flag != nullptr) {
      line_.*own.flag = true;
      return std::nullopt;
    }
    const auto equals = argument.find('=');
    if (equals != std::string_view::npos) {
      line_.*own.value = argument.substr(equals + 1);
    } else if (next_ != last_ && !next_->starts_with("--")) {
      line_.*own.value = *next_++;
    } else {
      return fmt::format("'{0}' needs a value: {0}=VALUE", own.name);
    }
    return std::nullopt;
  }

  /// Takes one `--name=value` or `--name value`.
  complaint take_key(std::string_view argument) {
    const auto equals = argument.find('=');
    const auto name = argument.substr(2, equals - 2);
    const bool is_caf = name.starts_with("caf.");
    const auto keys = keys_of(name);
    if (keys.empty() && name != "config-file" && !is_caf) {
      return unknown_option(argument);
    }
    const bool is_flag = !keys.empty() && find_option(keys.front())->kind == option_kind::flag;
    std::string value = "true";
    if (equals != std::string_view::npos) {
      value = argument.substr(equals + 1);
    } else if (next_ != last_ && (is_flag ? is_boolean(*next_) : !next_->starts_with("--"))) {
      value = *next_++;
    } else if (!is_flag) {
      return fmt::format("'--{0}' needs a value: --{0}=VALUE", printable(name));
    }
    if (is_caf) {
      line_.caf_arguments.push_back(fmt::format("--{}={}", name, value));
    }
    if (name == "config-file") {
      line_.config_file = value;
    }
    for (const auto& key : keys) {
      const auto& o = *find_option(key);
      const auto parsed = parse_option(o, value);
      if (auto fault = complaint_about(o, parsed)) {
        return fmt::format("--{}: {}", name, *fault);
      }
      caf::put(line_.overrides, fmt::format("ledactor.{}", key), parsed);
    }
    return std::nullopt;
  }

  static std::string unknown_option(std::string_view argument) {
    const auto option = argument.substr(0, argument.find('='));
    const auto name = option.substr(std::min(option.find_first_not_of('-'), option.size()));
    if (const auto* owner = find_owner(option)) {
      return fmt::format("'{}' is an option of a command: {}", option, usage_of(*owner));
    }
    if (option.starts_with("--")
        && std::find(plain_options.begin(), plain_options.end(), name) != plain_options.end()) {
      return fmt::format("'{}' takes no value", option);
    }
    return fmt::format("unknown option '{}'; the nearest is '{}'; see ledactor --help",
                       printable(option), nearest_option(name));
  }

  /// What the command's arguments must be.
  complaint check_words() const {
    using is = command_line::command;
    if (command_ == nullptr) {
      return std::nullopt;
    }
    if (line_.words.size() < command_->min_words) {
      return fmt::format("{}: an argument is missing; usage: {}", command_->name,
                         usage_of(*command_));
    }
    if (line_.what == is::press || line_.what == is::release) {
      for (const auto& word : line_.words) {
        if (!std::all_of(word.begin(), word.end(), is_of_name)) {
          return not_an_argument(word);
        }
      }
      const auto text = fmt::format("{} {}", command_->name, fmt::join(line_.words, " "));
      const auto parsed = hw::parse_sim_command(text, hw::max_lines, web::max_lease);
      const auto* fault = std::get_if<std::string>(&parsed);
      return fault == nullptr ? complaint{} : *fault;
    }
    if (line_.json && line_.watch) {
      return "status: --json and --watch do not go together";
    }
    if (line_.what == is::log && web::log_level_of(line_.level) == 0) {
      return fmt::format("--level: '{}' is not allowed; allowed: error, warning, info, debug",
                         printable(line_.level));
    }
    if (!std::all_of(line_.component.begin(), line_.component.end(), is_of_name)) {
      return fmt::format(
          "--component: '{}' is not allowed; allowed: letters, digits, dots and dashes",
          printable(line_.component));
    }
    return std::nullopt;
  }

  std::vector<std::string>::const_iterator next_;
  std::vector<std::string>::const_iterator last_;
  const command_spec* command_ = nullptr;
  command_line line_;
};

}  // namespace

std::variant<command_line, failure> parse_command_line(const std::vector<std::string>& arguments) {
  parser p{arguments};
  if (auto complaint = p.take_all()) {
    return failure{exit_usage, *std::move(complaint)};
  }
  return p.take_line();
}

}  // namespace ledactor
