#include "main/options.hpp"

#include "net/frame.hpp"
#include "net/socket.hpp"
#include "web/own_names.hpp"

#include <caf/timespan.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace ledactor {

namespace {

using kind = option_kind;

constexpr std::string_view line_words =
    R"(a BCM offset from 0 to 1023, or a line name such as "GPIO17")";
constexpr std::string_view lines_words =
    R"(a list of 1 to 64 lines (offsets from 0 to 1023, or names), such as [4, 17, "GPIO27"])";
constexpr std::string_view files_words = "a file's name, or a list of 1 to 4";
constexpr std::string_view names_words =
    R"(a list of 1 to 16 host names or origins, such as ["left-desk.lan", "https://desk.example.org"])";
constexpr std::size_t max_names = 16;
constexpr std::size_t max_files = 4;
constexpr std::size_t max_file_name = 4095;  // PATH_MAX, without its NUL
constexpr std::int64_t max_offset = 1023;
constexpr std::size_t max_line_name = 31;   // GPIO_MAX_NAME_SIZE, without its NUL
constexpr std::size_t max_host_name = 253;  // RFC 1035
constexpr std::size_t max_chip_name = 255;
constexpr std::size_t max_lines = 64;
constexpr std::int64_t second = 1'000;
constexpr std::int64_t hour = 3'600 * second;

constexpr std::array table{
    option{"role", kind::choice, "\"server\"", "server, client", 0, 0,
           "which end of the link this board is"},
    option{"name", kind::name, "", "1 to 63 printable ASCII characters, no blank at either end", 0,
           0, "what the peer is shown; without it, the host's name"},
    option{"key-file", kind::files, "", files_words, 0, 0,
           "the key that both boards share, as `ledactor keygen` makes it; the first of a list is "
           "dialed with, all are accepted"},
    option{"plaintext", kind::flag, "false", "true, false", 0, 0,
           "let the link leave this machine unencrypted, for whoever can reach it"},
    option{"server.listen", kind::address, "\"127.0.0.1\"", "an IPv4 or IPv6 address", 0, 0,
           "the address a server listens on"},
    option{"server.port", kind::integer, "23870", "1 to 65535", 1, 65535,
           "the TCP port a server listens on"},
    option{"server.seats", kind::integer, "1", "1 to 64", 1, 64,
           "how many clients are linked at once"},
    option{"server.when-busy", kind::choice, "\"queue\"", "queue, refuse", 0, 0,
           "what becomes of a client that finds all seats taken"},
    option{"server.leds", kind::lines, "[4, 17, 27, 22]", lines_words, 0, 0, "a server's LEDs"},
    option{"server.buttons", kind::lines, "[23, 24, 25, 13]", lines_words, 0, 0,
           "a server's buttons"},
    option{"server.control", kind::line, "26", line_words, 0, 0, "a server's control button: kick"},
    option{"client.host", kind::host, "\"192.168.0.2\"", "a host name or an address", 0, 0,
           "where a client finds the server"},
    option{"client.port", kind::integer, "23870", "1 to 65535", 1, 65535, "the server's TCP port"},
    option{"client.on-kick", kind::choice, "\"exit\"", "exit, rejoin", 0, 0,
           "what a client does when it is kicked"},
    option{"client.leds", kind::lines, "[23, 24, 25, 13]", lines_words, 0, 0, "a client's LEDs"},
    option{"client.buttons", kind::lines, "[4, 17, 27, 22]", lines_words, 0, 0,
           "a client's buttons"},
    option{"client.control", kind::line, "26", line_words, 0, 0, "a client's control button: quit"},
    option{"board.backend", kind::choice, "\"gpiod\"", "gpiod, sim", 0, 0,
           "the kind of board; sim is simulated, driven by lines on stdin"},
    option{"board.chip", kind::chip, "\"auto\"",
           "auto, or a chip's path, name or label of 1 to 255 printable ASCII characters", 0, 0,
           "the GPIO chip; auto: that of the 40-pin header, or the only one"},
    option{"board.bias", kind::choice, "\"pull-up\"", "pull-up, pull-down, disabled, as-is", 0, 0,
           "what the chip does to a button's line that nothing drives"},
    option{"board.active-low", kind::flag, "true", "true, false", 0, 0,
           "whether a pressed button pulls its line to ground"},
    option{"board.leds-active-low", kind::flag, "false", "true, false", 0, 0,
           "whether an LED is lit when its line is low"},
    option{"board.debounce", kind::duration, "5ms", "0ms to 1s", 0, second,
           "how long a button's contact may bounce; 0ms: each edge counts"},
    option{"board.debounce-by", kind::choice, "\"actor\"", "actor, kernel", 0, 0,
           "who debounces; kernel: a press counts only when it has been steady for so long"},
    option{"board.bounce", kind::duration, "0ms", "0ms to 1s", 0, second,
           "how long a simulated contact bounces"},
    option{"board.on-link-loss", kind::choice, "\"off\"", "off, hold, on", 0, 0,
           "what the LEDs do when the link is lost"},
    option{"board.link-loss-grace", kind::duration, "0s", "0s to 1h", 0, hour,
           "how long after the loss they do it"},
    option{"board.invert", kind::flag, "false", "true, false", 0, 0,
           "swap both senses on the wire: 0 is pressed, and lights an LED"},
    option{"web.enabled", kind::flag, "true", "true, false", 0, 0,
           "serve the page and the API over HTTP"},
    option{"web.listen", kind::address, "\"127.0.0.1\"", "an IPv4 or IPv6 address", 0, 0,
           "the address they are served on; beyond loopback with a token-file only"},
    option{"web.port", kind::integer, "", "1 to 65535", 1, 65535,
           "the TCP port they are served on; without it, 23880 on a server, 23881 on a client"},
    option{"web.token-file", kind::file, "", "a file's name", 0, 0,
           "holds what viewers must show: 16 to 256 printable characters in one line, mode 0600"},
    option{"web.names", kind::names, "", names_words, 0, 0,
           "what it is called beside its addresses and the host's name, as behind a proxy"},
    option{"link.wire", kind::choice, "\"native\"", "native, ece387, any", 0, 0,
           "what is spoken: ledactor's own wire, the original scripts', or, on a server, either"},
    option{"link.ece387-pace", kind::duration, "5ms", "1ms to 1s", 1, second,
           "how long an original is kept waiting for our answer while nothing changes"},
    option{"link.heartbeat", kind::duration, "1s", "10ms to 1h", 10, hour,
           "the longest silence towards the peer"},
    option{
        "link.dead-after", kind::duration, "3s", "20ms to 1h, at least twice the heartbeat", 20,
        hour,
        "after this silence the peer counts as dead; one with another heartbeat after as many of "
        "its own"},
    option{"link.reconnect-min", kind::duration, "250ms", "10ms to 1h", 10, hour,
           "the first pause before trying again"},
    option{"link.reconnect-max", kind::duration, "5s", "10ms to 1h, at least reconnect-min", 10,
           hour, "the longest pause; they double in between"},
};

/// Fewest letters that are taken for the beginning of a key.
constexpr std::size_t min_beginning = 3;

/// Longest value that is read from a command line [bytes]: 64 long line names, and some room. CAF's
/// parser recurses into brackets, so it must not be given any number of them.
constexpr std::size_t max_argument = 4096;

constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> time_units{{
    {"h", 3'600'000'000'000},
    {"min", 60'000'000'000},
    {"s", 1'000'000'000},
    {"ms", 1'000'000},
    {"us", 1'000},
    {"ns", 1},
}};

/// The base of a number as CAF's parser reads it.
int base_of(std::string_view number) {
  if (number.size() < 2 || number[0] != '0') {
    return 10;
  }
  const char mark = number[1];
  return mark == 'x' || mark == 'X' ? 16 : (mark == 'b' || mark == 'B' ? 2 : 8);
}

/// Whether there is an endless duration in a value, outside its texts.
bool has_endless(std::string_view text) {
  char quote = '\0';
  bool in_word = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      i += c == '\\' ? 1 : 0;
      quote = c == quote ? '\0' : quote;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (!in_word && is_endless(text.substr(i))) {
      return true;
    }
    in_word = std::isalnum(static_cast<unsigned char>(c)) != 0;
  }
  return false;
}

/// Damerau and Levenshtein's distance (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row.back();
}

std::string_view without_section(std::string_view key) {
  return key.substr(key.rfind('.') + 1);  // npos + 1 is 0
}

bool is_choice(std::string_view words, const std::string& word) {
  for (std::size_t start = 0; start <= words.size();) {
    const auto end = std::min(words.find(", ", start), words.size());
    if (words.substr(start, end - start) == word) {
      return true;
    }
    start = end + 2;
  }
  return false;
}

bool is_plain(char c) {
  return c >= ' ' && c <= '~';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A colon is in no name, and so makes an IPv6 address of it.
bool is_host(const std::string& text) {
  if (text.find(':') != std::string::npos) {
    return net::is_address(text);
  }
  const auto is_fit = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || std::string_view{".-_"}.find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= max_host_name
         && std::all_of(text.begin(), text.end(), is_fit);
}

/// Whether a text is a host or an address with a port, as URLs have it.
bool has_port(std::string_view text) {
  const auto colon = text.rfind(':');
  return colon != std::string_view::npos && colon + 1 < text.size()
         && std::all_of(text.begin() + static_cast<std::ptrdiff_t>(colon) + 1, text.end(), is_digit)
         && (colon == text.find(':') || text[colon - 1] == ']');
}

bool is_chip(std::string_view text) {
  return !text.empty() && text.size() <= max_chip_name
         && std::all_of(text.begin(), text.end(), is_plain);
}

/// A name of digits alone would be taken for an offset by whoever reads it.
bool is_line_name(std::string_view text) {
  return !text.empty() && text.size() <= max_line_name && text.front() != ' ' && text.back() != ' '
         && std::all_of(text.begin(), text.end(), is_plain)
         && !std::all_of(text.begin(), text.end(), is_digit);
}

bool is_line(const caf::config_value& value) {
  if (const auto* offset = caf::get_if<std::int64_t>(&value)) {
    return *offset >= 0 && *offset <= max_offset;
  }
  const auto* name = caf::get_if<std::string>(&value);
  return name != nullptr && is_line_name(*name);
}

bool is_file_name(const caf::config_value& value) {
  const auto* text = caf::get_if<std::string>(&value);
  return text != nullptr && !text->empty() && text->size() <= max_file_name
         && text->find('\0') == std::string::npos;
}

bool are_file_names(const caf::config_value& value) {
  const auto* list = caf::get_if<caf::config_value::list>(&value);
  return is_file_name(value)
         || (list != nullptr && !list->empty() && list->size() <= max_files
             && std::all_of(list->begin(), list->end(), is_file_name));
}

bool is_own_name(const caf::config_value& value) {
  const auto* text = caf::get_if<std::string>(&value);
  return text != nullptr && web::is_name_or_origin(*text);
}

bool are_own_names(const caf::config_value& value) {
  const auto* list = caf::get_if<caf::config_value::list>(&value);
  return list != nullptr && !list->empty() && list->size() <= max_names
         && std::all_of(list->begin(), list->end(), is_own_name);
}

bool is_good(const option& o, const caf::config_value& value) {
  const auto* text = caf::get_if<std::string>(&value);
  switch (o.kind) {
    case kind::name:
      return text != nullptr && net::is_valid_name(*text);
    case kind::host:
      return text != nullptr && is_host(*text);
    case kind::address:
      return text != nullptr && net::is_address(*text);
    case kind::file:
      return is_file_name(value);
    case kind::files:
      return are_file_names(value);
    case kind::names:
      return are_own_names(value);
    case kind::chip:
      return text != nullptr && is_chip(*text);
    case kind::choice:
      return text != nullptr && is_choice(o.allowed, *text);
    case kind::integer: {
      const auto* number = caf::get_if<std::int64_t>(&value);
      return number != nullptr && *number >= o.min && *number <= o.max;
    }
    case kind::flag:
      return caf::holds_alternative<bool>(value);
    case kind::duration: {
      const auto* span = caf::get_if<caf::timespan>(&value);
      return span != nullptr && *span >= std::chrono::milliseconds{o.min}
             && *span <= std::chrono::milliseconds{o.max};
    }
    case kind::line:
      return is_line(value);
    case kind::lines: {
      const auto* lines = caf::get_if<caf::config_value::list>(&value);
      return lines != nullptr && !lines->empty() && lines->size() <= max_lines
             && std::all_of(lines->begin(), lines->end(), is_line);
    }
  }
  return false;
}

bool is_text(kind k) {
  return k == kind::name || k == kind::host || k == kind::address || k == kind::chip
         || k == kind::choice;
}

/// The part of a value that is at fault: of a list of lines or names, the first that is none.
const caf::config_value& culprit(const option& o, const caf::config_value& value) {
  const auto* list = caf::get_if<caf::config_value::list>(&value);
  const bool has_lines = o.kind == kind::lines;
  if ((!has_lines && o.kind != kind::names) || list == nullptr
      || list->size() > (has_lines ? max_lines : max_names)) {
    return value;
  }
  const auto bad = std::find_if_not(list->begin(), list->end(), has_lines ? is_line : is_own_name);
  return bad == list->end() ? value : *bad;
}

/// What is wrong with a text that is no host or address, but perhaps contains one.
std::string address_advice(const option& o, std::string_view text) {
  const auto section = o.key.substr(0, o.key.find('.'));
  const auto* const reason = o.kind == kind::host ? "no host name has a colon, and " : "";
  const auto* const short_name = section == "web" ? "" : ", or --port";
  return has_port(text)
             ? fmt::format("; {}the port goes into ledactor.{}.port{}", reason, section, short_name)
         : text.starts_with('[') ? "; write it without brackets"
                                 : "";
}

/// What the words for an option leave out, as the end of a complaint.
std::string advice(const option& o, const caf::config_value& value) {
  const auto* text = caf::get_if<std::string>(&value);
  if ((o.kind == kind::host || o.kind == kind::address) && text != nullptr) {
    return address_advice(o, *text);
  }
  if (is_text(o.kind)) {
    return text == nullptr ? "; write it in quotes" : "";
  }
  if (text != nullptr && is_good(o, parse_option(o, *text))) {
    return "; write it without quotes";
  }
  if (o.kind == kind::duration && caf::holds_alternative<std::int64_t>(value)) {
    return "; write it with its unit: ms, s, min or h";
  }
  if (o.kind == kind::lines && is_line(value) && (text == nullptr || !text->starts_with('['))) {
    return "; write it in brackets";
  }
  if (o.kind == kind::names) {
    return is_own_name(value) ? "; write it in brackets" : "";
  }
  const auto& line = culprit(o, value);
  if (caf::holds_alternative<std::string>(line) && (o.kind == kind::line || &line != &value)) {
    return "; a name has 1 to 31 printable ASCII characters, and not digits alone";
  }
  return "";
}

/// A value at fault, in words.
std::string describe(const option& o, const caf::config_value& value) {
  const auto* list = caf::get_if<caf::config_value::list>(&value);
  if (o.kind == kind::lines && list != nullptr && list->size() > max_lines) {
    return fmt::format("a list of {}", list->size());
  }
  const auto& bad = culprit(o, value);
  return printable(value_text(bad)) + (&bad != &value ? " in the list" : "");
}

std::string duration_text(caf::timespan span) {
  if (span.count() == 0) {
    return "0s";
  }
  const auto unit = std::find_if(time_units.begin(), time_units.end(),
                                 [&](const auto& u) { return span.count() % u.second == 0; });
  return fmt::format("{}{}", span.count() / unit->second, unit->first);
}

std::string in_quotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    switch (c) {
      case '\n':
        quoted += "\\n";
        break;
      case '\r':
        quoted += "\\r";
        break;
      case '\t':
        quoted += "\\t";
        break;
      case '"':
      case '\\':
        quoted += '\\';
        [[fallthrough]];
      default:
        quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace

std::span<const option> all_options() {
  return table;
}

const option* find_option(std::string_view key) {
  const auto* found =
      std::find_if(table.begin(), table.end(), [&](const option& o) { return o.key == key; });
  return found == table.end() ? nullptr : found;
}

std::size_t misspelling(std::string_view known, std::string_view wrong) {
  known = known.substr(0, max_repeated);
  wrong = wrong.substr(0, max_repeated);
  const auto letters = distance(known, wrong);
  known = without_section(known);
  wrong = without_section(wrong);
  const bool is_cut_short = wrong.size() >= min_beginning && known.starts_with(wrong);
  return std::min(letters, (is_cut_short && known != wrong ? 1 : distance(known, wrong)) + 1);
}

std::string_view nearest_key(std::string_view wrong) {
  return std::min_element(table.begin(), table.end(),
                          [&](const option& a, const option& b) {
                            return misspelling(a.key, wrong) < misspelling(b.key, wrong);
                          })
      ->key;
}

std::optional<std::string> complaint_about(const option& o, const caf::config_value& value) {
  if (is_good(o, value)) {
    return std::nullopt;
  }
  return fmt::format("{} is not allowed; allowed: {}{}", describe(o, value), o.allowed,
                     advice(o, value));
}

caf::config_value parse_value(const std::string& text) {
  // Of CAF's ranges, [1..9999999999] would be stored number by number.
  if (text.size() <= max_argument && !has_endless(text) && text.find("..") == std::string::npos) {
    if (auto parsed = caf::config_value::parse(text)) {
      return std::move(*parsed);
    }
  }
  return caf::config_value{text};
}

caf::config_value parse_option(const option& o, const std::string& text) {
  const bool is_one_file =
      o.kind == kind::file || (o.kind == kind::files && !text.starts_with('['));
  return is_text(o.kind) || is_one_file ? caf::config_value{text} : parse_value(text);
}

std::string value_text(const caf::config_value& value) {
  if (const auto* text = caf::get_if<std::string>(&value)) {
    return in_quotes(*text);
  }
  if (const auto* span = caf::get_if<caf::timespan>(&value)) {
    return duration_text(*span);
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

std::string printable(std::string_view text, std::size_t most) {
  std::string result;
  for (const char c : text.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    result += byte < 0x20 || byte == 0x7f ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return text.size() > most ? result + "..." : result;
}

bool is_endless(std::string_view word) {
  word.remove_prefix(word.starts_with('-') || word.starts_with('+') ? 1 : 0);
  const int base = base_of(word);
  word.remove_prefix(base == 16 || base == 2 ? 2 : 0);
  std::uint64_t count = 0;
  const auto [stop, fault] = std::from_chars(word.data(), word.data() + word.size(), count, base);
  const auto rest = word.substr(static_cast<std::size_t>(stop - word.data()));
  constexpr std::uint64_t longest = std::numeric_limits<std::int64_t>::max();
  return fault == std::errc{}
         && std::any_of(time_units.begin(), time_units.end(), [&](const auto& u) {
              return rest.starts_with(u.first)
                     && count > longest / static_cast<std::uint64_t>(u.second);
            });
}

}  // namespace ledactor
