#include "main/config_file.hpp"

#include "main/options.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/pec.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <string_view>

namespace ledactor {

namespace {

using visitor = std::function<void(const std::string& key, const caf::config_value& value)>;

/// Calls `visit` with the full key of each value that is no section, and of each empty section.
void for_each_value(const caf::settings& section, const std::string& prefix, const visitor& visit) {
  for (const auto& [name, value] : section) {
    const auto key = prefix.empty() ? name : prefix + '.' + name;
    const auto* below = caf::get_if<caf::settings>(&value);
    if (below != nullptr && !below->empty()) {
      for_each_value(*below, key, visit);
    } else {
      visit(key, value);
    }
  }
}

bool is_section(std::string_view key) {
  const auto options = all_options();
  return key == "ledactor" || key == "caf"
         || std::any_of(options.begin(), options.end(), [&](const option& o) {
              return fmt::format("ledactor.{}", o.key).starts_with(fmt::format("{}.", key));
            });
}

/// What is wrong with one key and its value, or an empty text.
std::string find_fault(const std::string& key, const caf::config_value& value) {
  constexpr std::string_view section = "ledactor.";
  if (key.starts_with("caf.") || (caf::holds_alternative<caf::settings>(value) && is_section(key))) {
    return {};
  }
  if (!key.starts_with(section)) {
    return fmt::format("unknown key '{}'; known: the sections ledactor and caf", key);
  }
  const auto name = std::string_view{key}.substr(section.size());
  const auto* o = find_option(name);
  if (o == nullptr) {
    return fmt::format("unknown key '{}'; the nearest is 'ledactor.{}'", key, nearest_key(name));
  }
  const auto complaint = complaint_about(*o, value);
  return complaint ? fmt::format("{}: {}", key, *complaint) : std::string{};
}

std::string describe(const caf::error& why) {
  if (why.category() == caf::type_id_v<caf::pec>) {
    const auto where = caf::make_const_typed_message_view<std::int32_t, std::int32_t>(why.context());
    return fmt::format("{}, line {}, column {}", caf::to_string(static_cast<caf::pec>(why.code())),
                       where ? get<0>(where) : 0, where ? get<1>(where) : 0);
  }
  return caf::to_string(why);
}

std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
  }
  return quoted + '"';
}

std::string value_text(const caf::config_value& value) {
  if (const auto* text = caf::get_if<std::string>(&value)) {
    return quote(*text);
  }
  if (const auto* list = caf::get_if<caf::config_value::list>(&value)) {
    std::string text;
    for (const auto& item : *list) {
      text += (text.empty() ? "" : ", ") + value_text(item);
    }
    return '[' + text + ']';
  }
  return caf::to_string(value);
}

void print(const caf::settings& section, std::size_t depth, std::string& out) {
  for (const auto& [name, value] : section) {
    out.append(2 * depth, ' ');
    if (const auto* below = caf::get_if<caf::settings>(&value)) {
      out += name + " {\n";
      print(*below, depth + 1, out);
      out.append(2 * depth, ' ') += "}\n";
    } else {
      out += name + " = " + value_text(value) + '\n';
    }
  }
}

}  // namespace

std::variant<caf::settings, failure> read_config_file(const std::optional<std::string>& path) {
  const auto name = path.value_or(default_config_file);
  std::ifstream file{name};
  if (!file) {
    if (!path && errno == ENOENT) {
      return caf::settings{};
    }
    return failure{errno == EACCES ? exit_permission : exit_config,
                   fmt::format("{}: cannot open it: {}", name, std::strerror(errno))};
  }
  if (file.peek() == std::ifstream::traits_type::eof()) {
    return caf::settings{};
  }
  const auto content = caf::actor_system_config::parse_config(file);
  if (!content) {
    return failure{exit_config, fmt::format("{}: {}", name, describe(content.error()))};
  }
  caf::settings result;  // made anew, since `a.b = 1` and `a { b = 1 }` mean the same
  std::string fault;
  for_each_value(*content, "", [&](const std::string& key, const caf::config_value& value) {
    if (fault.empty()) {
      fault = find_fault(key, value);
    }
    if (!caf::holds_alternative<caf::settings>(value)) {
      caf::put(result, key, value);
    }
  });
  if (!fault.empty()) {
    return failure{exit_config, fmt::format("{}: {}", name, fault)};
  }
  return result;
}

void merge(caf::settings& bottom, const caf::settings& top) {
  for_each_value(top, "", [&](const std::string& key, const caf::config_value& value) {
    caf::put(bottom, key, value);
  });
}

std::string to_file_text(const caf::settings& settings) {
  std::string text;
  print(settings, 0, text);
  return text;
}

}  // namespace ledactor
