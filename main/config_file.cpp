#include "main/config_file.hpp"

#include "main/options.hpp"

#include <caf/config_option_set.hpp>
#include <caf/detail/config_consumer.hpp>
#include <caf/detail/parser/read_config.hpp>
#include <caf/parser_state.hpp>
#include <caf/pec.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

namespace ledactor {

namespace {

using visitor = std::function<void(const std::string& key, const caf::config_value& value)>;

/// Largest configuration file that is read [bytes]; a long one has some ten thousand.
constexpr std::size_t max_file_size = 1'048'576;

/// Deepest nesting of braces and brackets in a file; a good one has 4.
constexpr int max_depth = 16;

constexpr std::string_view blanks = " \t";

/// Calls `visit` with the full key of each value that is no section.
void for_each_value(const caf::settings& section, const std::string& prefix, const visitor& visit) {
  for (const auto& [name, value] : section) {
    const auto key = prefix.empty() ? name : fmt::format("{}.{}", prefix, name);
    if (const auto* below = caf::get_if<caf::settings>(&value)) {
      for_each_value(*below, key, visit);
    } else {
      visit(key, value);
    }
  }
}

bool is_section(std::string_view key) {
  const auto options = all_options();
  return std::any_of(options.begin(), options.end(), [&](const option& o) {
    return fmt::format("ledactor.{}", o.key).starts_with(fmt::format("{}.", key));
  });
}

std::string_view nearest_section(std::string_view wrong) {
  std::string_view nearest;
  for (const auto& o : all_options()) {
    const auto section = o.key.substr(0, std::min(o.key.find('.'), o.key.size()));
    if (section != o.key
        && (nearest.empty() || misspelling(section, wrong) < misspelling(nearest, wrong))) {
      nearest = section;
    }
  }
  return nearest;
}

std::string find_fault_in(const caf::settings& section, const std::string& prefix);

/// What is wrong with a key below `ledactor` and its value, or an empty text.
std::string find_fault(const std::string& key, const caf::config_value& value) {
  const auto name = std::string_view{key}.substr(std::string_view{"ledactor."}.size());
  const auto* o = find_option(name);
  const auto* below = caf::get_if<caf::settings>(&value);
  if (is_section(key)) {
    return below != nullptr
               ? find_fault_in(*below, key)
               : fmt::format("{0}: {1} is not allowed; allowed: a section, {2} {{ ... }}", key,
                             printable(value_text(value)), name);
  }
  if (o == nullptr && below != nullptr) {
    return fmt::format("unknown section '{}'; the nearest is 'ledactor.{}'; see ledactor --help",
                       printable(key), nearest_section(name));
  }
  if (o == nullptr) {
    return fmt::format("unknown key '{}'; the nearest is 'ledactor.{}'; see ledactor --help",
                       printable(key), nearest_key(name));
  }
  if (below != nullptr) {
    return fmt::format("{}: a section is not allowed; allowed: {}", key, o->allowed);
  }
  const auto complaint = complaint_about(*o, value);
  return complaint ? fmt::format("{}: {}", key, *complaint) : std::string{};
}

std::string find_fault_in(const caf::settings& section, const std::string& prefix) {
  for (const auto& [name, value] : section) {
    if (auto fault = find_fault(fmt::format("{}.{}", prefix, name), value); !fault.empty()) {
      return fault;
    }
  }
  return {};
}

/// What is wrong with a whole file, or an empty text.
std::string find_fault(const caf::settings& file) {
  for (const auto& [name, value] : file) {
    const auto* section = caf::get_if<caf::settings>(&value);
    if (name != "ledactor" && name != "caf") {
      const auto full = fmt::format("ledactor.{}", name);
      return fmt::format("unknown {} '{}'; known: the sections ledactor and caf{}",
                         section != nullptr ? "section" : "key", printable(name),
                         is_section(full) || find_option(name) != nullptr
                             ? fmt::format("; it belongs into the section ledactor, as {}", full)
                         : misspelling("ledactor", name) <= 3 ? "; the nearest is 'ledactor'"
                                                              : "");
    }
    if (section == nullptr) {
      return fmt::format("{0}: {1} is not allowed; allowed: a section, {0} {{ ... }}", name,
                         printable(value_text(value)));
    }
    if (name == "ledactor") {
      if (auto fault = find_fault_in(*section, name); !fault.empty()) {
        return fault;
      }
    }
  }
  return {};
}

std::string at(std::string_view text, std::size_t offset, std::string_view what) {
  const auto before = text.substr(0, offset);
  return fmt::format("line {}, column {}: {}", std::count(before.begin(), before.end(), '\n') + 1,
                     offset - (before.rfind('\n') + 1) + 1, what);  // npos + 1 is 0
}

bool is_word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

/// Readies a file's text for CAF's parser, which it keeps from what that would read as something
/// else, without a word: a NUL (as the file's end), a key with dots (it drops the section), a
/// duration beyond 64 bits (as any other), a range (it stores each number), brackets without
/// end (it recurses). What that parser does not know is put into what it does, at the same place:
/// an editor's mark at the start, DOS's line ends, and several settings on a line without commas.
class tidier {
public:
  explicit tidier(std::string& text) : text_(text) {}

  /// Braces and brackets that were opened and not closed.
  int depth() const { return depth_; }

  /// @returns what is wrong with the text, or an empty text.
  std::string run() {
    if (text_.starts_with("\xef\xbb\xbf")) {
      text_.replace(0, 3, "   ");
    }
    if (const auto nul = text_.find('\0'); nul != std::string::npos) {
      return at(text_, nul, "a NUL byte; allowed: text");
    }
    while (next_ < text_.size() && fault_.empty()) {
      step(text_[next_]);
    }
    return fault_;
  }

private:
  void step(char c) {
    if (is_word_char(c)) {
      take_word();
    } else if (c == '"' || c == '\'') {
      skip_string(c);
    } else if (c == '#') {
      next_ = std::min(text_.find('\n', next_), text_.size());
    } else {
      take_sign(c);
      ++next_;
    }
  }

  void take_sign(char c) {
    if (c == '\r' && next_ + 1 < text_.size() && text_[next_ + 1] == '\n') {
      text_[next_] = ' ';
    } else if (c == '{' || c == '[') {
      had_value_ = false;
      if (++depth_ > max_depth) {
        fault_ = at(text_, next_, fmt::format("'{}' is nested more than {} deep", c, max_depth));
      }
    } else if (c == '}' || c == ']') {
      had_value_ = true;
      --depth_;
    } else if (blanks.find(c) == std::string_view::npos) {
      had_value_ = false;
    }
  }

  void skip_string(char quote) {
    for (++next_; next_ < text_.size() && text_[next_] != quote && text_[next_] != '\n'; ++next_) {
      next_ += text_[next_] == '\\' ? 1 : 0;
    }
    ++next_;
    had_value_ = true;
  }

  void take_word() {
    const auto start = next_;
    while (next_ < text_.size() && is_word_char(text_[next_])) {
      ++next_;
    }
    const std::string_view word{&text_[start], next_ - start};
    const auto after = std::min(text_.find_first_not_of(blanks, next_), text_.size());
    const bool is_key = after < text_.size() && std::string_view{"=:{"}.find(text_[after]) < 3;
    if (is_key && word.find('.') != std::string_view::npos) {
      fault_ = at(text_, start,
                  fmt::format("the key '{}' has dots; sections are written with braces, as in "
                              "ledactor {{ role = \"server\" }}",
                              printable(word)));
    } else if (is_endless(word)) {  // even as a key: CAF may still take it for a value
      fault_ = at(text_, start, fmt::format("the duration {} is too long", printable(word)));
    } else if (is_key && had_value_ && start > 0 && blanks.find(text_[start - 1]) < blanks.size()) {
      text_[start - 1] = ',';
    } else if (!is_key && word.find("..") != std::string_view::npos) {
      fault_ = at(text_, start, fmt::format("a range, {}, is not known here", printable(word)));
    }
    had_value_ = !is_key;
  }

  std::string& text_;
  std::size_t next_ = 0;
  std::string fault_;
  int depth_ = 0;
  bool had_value_ = false;  ///< on this line, since the last comma or opening brace
};

/// What CAF's parser stopped at, in words.
std::string describe(caf::pec code, std::string_view text, std::size_t offset) {
  if (code == caf::pec::unexpected_eof || offset >= text.size()) {
    return at(text, text.size(),
              "the file ends too early; a brace, bracket, quote or value is missing");
  }
  const auto last = text.find_last_not_of(blanks, offset == 0 ? 0 : offset - 1);
  const bool wants_value =
      offset > 0 && last != std::string_view::npos && (text[last] == '=' || text[last] == ':');
  switch (code) {
    case caf::pec::unexpected_newline:
      return at(text, offset, wants_value ? "a value is missing" : "the line ends too early");
    case caf::pec::unexpected_character:
    case caf::pec::trailing_character: {
      const auto is_text =
          wants_value && std::isalpha(static_cast<unsigned char>(text[offset])) != 0;
      return at(text, offset,
                fmt::format("unexpected '{}'{}", printable(text.substr(offset, 1)),
                            is_text ? "; a text is written in quotes" : ""));
    }
    default: {
      auto words = caf::to_string(code);
      words.erase(0, words.rfind(':') + 1);
      std::replace(words.begin(), words.end(), '_', ' ');
      return at(text, offset, words);
    }
  }
}

/// Where the keys of a file stand, to find one that is given twice: CAF takes the last, without a
/// word. A section may be opened again, and goes on.
class key_places {
public:
  /// @param line the parser's own count of lines.
  explicit key_places(const std::int32_t& line) : line_(line) {}

  /// The line that the parser is in.
  std::int32_t here() const { return line_; }

  void add(const std::string& key, std::int32_t line, bool is_section) {
    const auto [known, is_new] = places_.emplace(key, place{line, is_section});
    const auto [before, was_section] = known->second;
    if (!is_new && !(is_section && was_section) && fault_.empty()) {
      fault_ = fmt::format("{} is given twice, in line {}; keep one of them", printable(key),
                           before == line ? fmt::format("{}", line)
                                          : fmt::format("{} and in line {}", before, line));
    }
  }

  /// The first key that is given twice, in words; empty if none is.
  const std::string& fault() const { return fault_; }

private:
  struct place {
    std::int32_t line;
    bool is_section;
  };

  const std::int32_t& line_;
  std::map<std::string, place> places_;
  std::string fault_;
};

/// What CAF's parser tells of a section: stored as by CAF's own consumer, and each key noted.
class section_consumer {
public:
  section_consumer(const caf::config_option_set& options, caf::settings& result, key_places& places)
      : inner_(options, result), places_(places) {}

  void key(std::string name) {
    key_ = prefix_ + name;
    line_ = places_.here();  // behind the value, the parser may be in the next
    inner_.key(std::move(name));
  }

  template <class T>
  caf::pec value(T&& x) {
    places_.add(key_, line_, false);
    return inner_.value(std::forward<T>(x));
  }

  caf::detail::config_list_consumer begin_list() {
    places_.add(key_, line_, false);
    return inner_.begin_list();
  }

  section_consumer begin_map() {
    places_.add(key_, line_, true);
    return section_consumer{this};
  }

  void end_map() { inner_.end_map(); }

private:
  explicit section_consumer(section_consumer* parent)
      : inner_(parent->inner_.begin_map()), places_(parent->places_), prefix_(parent->key_ + '.') {}

  caf::detail::config_consumer inner_;
  key_places& places_;
  std::string prefix_;     ///< of the full keys
  std::string key_;        ///< the full one
  std::int32_t line_ = 0;  ///< where it stands
};

/// Parses a file's text. CAF's own call says nothing about a text that ends too early, and drops
/// what is in the section that has no end.
std::variant<caf::settings, std::string> parse(std::string text) {
  tidier tidy{text};
  if (auto fault = tidy.run(); !fault.empty()) {
    return fault;
  }
  const caf::config_option_set any;
  caf::settings result;
  caf::string_parser_state state{text.data(), text.data() + text.size()};
  key_places places{state.line};
  section_consumer consumer{any, result, places};
  caf::detail::parser::read_config(state, consumer);
  if (state.code != caf::pec::success || !state.at_end()) {
    return describe(state.code, text, static_cast<std::size_t>(state.i - text.data()));
  }
  if (tidy.depth() > 0) {  // the parser takes a brace for a whole section if the file ends there
    return describe(caf::pec::unexpected_eof, text, text.size());
  }
  if (!places.fault().empty()) {
    return places.fault();
  }
  return result;
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

std::variant<caf::settings, std::string> parse_config(std::string text) {
  auto content = parse(std::move(text));
  if (std::holds_alternative<std::string>(content)) {
    return content;
  }
  const auto& settings = std::get<caf::settings>(content);
  if (auto fault = find_fault(settings); !fault.empty()) {
    return fault;
  }
  caf::settings result;  // made anew, since `"a.b" = 1` and `a { b = 1 }` mean the same
  merge(result, settings);
  return result;
}

std::variant<caf::settings, failure> read_config_file(const std::optional<std::string>& path) {
  const auto name = path.value_or(default_config_file);
  const auto fail = [&](exit_status status, const std::string& why) {
    return failure{status,
                   fmt::format("{}: {}", name.empty() ? "--config-file" : printable(name), why)};
  };
  std::ifstream file{name, std::ios::binary};
  if (!file) {
    if (!path && errno == ENOENT) {
      return caf::settings{};
    }
    return fail(errno == EACCES ? exit_permission : exit_config,
                fmt::format("cannot open it: {}", std::strerror(errno)));
  }
  std::string text(max_file_size + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) {
    return fail(exit_config, fmt::format("cannot read it: {}", std::strerror(errno)));
  }
  if (!file.eof()) {
    return fail(exit_config, "is larger than 1 MiB, which no configuration is");
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  auto content = parse_config(std::move(text));
  if (const auto* fault = std::get_if<std::string>(&content)) {
    return fail(exit_config, *fault);
  }
  return std::get<caf::settings>(std::move(content));
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
