#include "main/options.hpp"

#include <caf/timespan.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace ledactor {

namespace {

using kind = option_kind;

constexpr std::string_view line_words = R"(a BCM offset (17) or a line name ("GPIO17"))";
constexpr std::string_view lines_words = R"(a list of 1 to 64 lines, such as [4, 17, "GPIO27"])";
constexpr std::int64_t max_offset = 1023;
constexpr std::size_t max_lines = 64;
constexpr std::int64_t second = 1'000;
constexpr std::int64_t hour = 3'600 * second;

constexpr std::array table{
  option{"role", kind::choice, "\"server\"", "server, client", 0, 0,
         "which end of the link this board is"},
  option{"name", kind::text, "", "1 to 63 printable ASCII characters", 0, 0,
         "what the peer is shown; without it, the host's name"},
  option{"plaintext", kind::flag, "false", "true, false", 0, 0,
         "let the link leave this machine unencrypted, for whoever can reach it"},
  option{"server.listen", kind::text, "\"127.0.0.1\"", "an IPv4 or IPv6 address", 0, 0,
         "the address a server listens on"},
  option{"server.port", kind::integer, "23870", "1 to 65535", 1, 65535,
         "the TCP port a server listens on"},
  option{"server.seats", kind::integer, "1", "1 to 64", 1, 64, "how many clients are linked at once"},
  option{"server.when-busy", kind::choice, "\"queue\"", "queue, refuse", 0, 0,
         "what becomes of a client that finds all seats taken"},
  option{"server.leds", kind::lines, "[4, 17, 27, 22]", lines_words, 0, 0, "a server's LEDs"},
  option{"server.buttons", kind::lines, "[23, 24, 25, 13]", lines_words, 0, 0,
         "a server's buttons"},
  option{"server.control", kind::line, "26", line_words, 0, 0, "a server's control button: kick"},
  option{"client.host", kind::text, "\"192.168.0.2\"", "a host name or an address", 0, 0,
         "where a client finds the server"},
  option{"client.port", kind::integer, "23870", "1 to 65535", 1, 65535, "the server's TCP port"},
  option{"client.on-kick", kind::choice, "\"exit\"", "exit, rejoin", 0, 0,
         "what a client does when it is kicked"},
  option{"client.leds", kind::lines, "[23, 24, 25, 13]", lines_words, 0, 0, "a client's LEDs"},
  option{"client.buttons", kind::lines, "[4, 17, 27, 22]", lines_words, 0, 0,
         "a client's buttons"},
  option{"client.control", kind::line, "26", line_words, 0, 0, "a client's control button: quit"},
  option{"board.backend", kind::choice, "", "sim", 0, 0,
         "the kind of board; sim is simulated, driven by lines on stdin"},
  option{"board.debounce", kind::duration, "5ms", "0ms to 1s", 0, second,
         "how long a button's contact may bounce; 0ms: each edge counts"},
  option{"board.bounce", kind::duration, "0ms", "0ms to 1s", 0, second,
         "how long a simulated contact bounces"},
  option{"board.on-link-loss", kind::choice, "\"off\"", "off, hold, on", 0, 0,
         "what the LEDs do when the link is lost"},
  option{"board.link-loss-grace", kind::duration, "0s", "0s to 1h", 0, hour,
         "how long after the loss they do it"},
  option{"link.heartbeat", kind::duration, "1s", "10ms to 1h", 10, hour,
         "the longest silence towards the peer"},
  option{"link.dead-after", kind::duration, "3s", "20ms to 1h, at least twice the heartbeat", 20,
         hour, "after this silence the peer counts as dead"},
  option{"link.reconnect-min", kind::duration, "250ms", "10ms to 1h", 10, hour,
         "the first pause before trying again"},
  option{"link.reconnect-max", kind::duration, "5s", "10ms to 1h, at least reconnect-min", 10, hour,
         "the longest pause; they double in between"},
};

/// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto above = row[j + 1];
      row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
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

bool is_line(const caf::config_value& value) {
  if (const auto* offset = caf::get_if<std::int64_t>(&value)) {
    return *offset >= 0 && *offset <= max_offset;
  }
  const auto* name = caf::get_if<std::string>(&value);
  return name != nullptr && !name->empty() && name->size() <= 31;  // GPIO_MAX_NAME_SIZE
}

bool is_good(const option& o, const caf::config_value& value) {
  switch (o.kind) {
    case kind::text:
      return caf::holds_alternative<std::string>(value);
    case kind::choice:
      return caf::holds_alternative<std::string>(value)
             && is_choice(o.allowed, caf::get<std::string>(value));
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

}  // namespace

std::span<const option> all_options() {
  return table;
}

const option* find_option(std::string_view key) {
  const auto* found
    = std::find_if(table.begin(), table.end(), [&](const option& o) { return o.key == key; });
  return found == table.end() ? nullptr : found;
}

std::string_view nearest_key(std::string_view wrong) {
  return std::min_element(table.begin(), table.end(), [&](const option& a, const option& b) {
           return distance(a.key, wrong) < distance(b.key, wrong);
         })->key;
}

std::optional<std::string> complaint_about(const option& o, const caf::config_value& value) {
  if (is_good(o, value)) {
    return std::nullopt;
  }
  return fmt::format("{} is not allowed; allowed: {}", caf::to_string(value), o.allowed);
}

caf::config_value parse_option(const option& o, const std::string& text) {
  if (o.kind == kind::text || o.kind == kind::choice) {
    return caf::config_value{text};
  }
  if (auto parsed = caf::config_value::parse(text)) {
    return std::move(*parsed);
  }
  return caf::config_value{text};
}

std::string line_name(const caf::config_value& line) {
  const auto* offset = caf::get_if<std::int64_t>(&line);
  return offset != nullptr ? fmt::format("GPIO{}", *offset) : caf::get<std::string>(line);
}

}  // namespace ledactor
