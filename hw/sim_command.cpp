#include "hw/sim_command.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace ledactor::hw {

namespace {

/// Longest piece of a bad line that an error repeats [bytes].
constexpr std::size_t max_quote = 40;

/// A word of the line for an error: short, and free of control characters.
std::string quote(std::string_view word) {
  std::string result = "'";
  for (char c : word.substr(0, max_quote)) {
    const auto byte = static_cast<unsigned char>(c);
    result += byte < 0x20 || byte >= 0x7f ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return result + (word.size() > max_quote ? "...'" : "'");
}

std::string_view next_word(std::string_view& rest) {
  constexpr std::string_view blank = " \t\r";
  const auto first = rest.find_first_not_of(blank);
  if (first == std::string_view::npos) {
    return rest = {};
  }
  rest.remove_prefix(first);
  const auto word = rest.substr(0, rest.find_first_of(blank));
  rest.remove_prefix(word.size());
  return word;
}

std::optional<std::uint32_t> to_number(std::string_view word) {
  std::uint32_t value = 0;
  const auto* end = word.data() + word.size();
  const auto [stop, fault] = std::from_chars(word.data(), end, value);
  if (fault != std::errc{} || stop != end) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::uint32_t> to_input(std::string_view word, std::size_t num_buttons) {
  if (word == "control") {
    return static_cast<std::uint32_t>(num_buttons);
  }
  const auto number = to_number(word);
  if (!number || *number < 1 || *number > num_buttons) {
    return std::nullopt;
  }
  return *number - 1;
}

}  // namespace

std::variant<sim_command, std::string> parse_sim_command(std::string_view line,
                                                         std::size_t num_buttons,
                                                         std::chrono::milliseconds longest) {
  const auto verb = next_word(line);
  const auto words = std::array{next_word(line), next_word(line), next_word(line)};
  if (verb == "leds") {
    if (words[0].empty()) {
      return leds_command{};
    }
    return fmt::format("leds: too much on the line, from {}", quote(words[0]));
  }
  if (verb != "press" && verb != "release") {
    return fmt::format("unknown command {}; known: press N [MS], release N, leds", quote(verb));
  }
  const auto input = to_input(words[0], num_buttons);
  if (!input) {
    return fmt::format("{}: no button {}; allowed: 1 to {}, or control", verb, quote(words[0]),
                       num_buttons);
  }
  if (verb == "release" && words[1].empty()) {
    return release_command{*input};
  }
  if (verb == "press" && words[1].empty()) {
    return press_command{*input, std::nullopt};
  }
  const auto hold = to_number(words[1]);
  if (verb == "press" && words[2].empty() && hold && *hold >= 1 && *hold <= longest.count()) {
    return press_command{*input, std::chrono::milliseconds{*hold}};
  }
  if (verb == "press" && words[2].empty()) {
    return fmt::format("press: cannot hold for {}; allowed: 1 to {} ms", quote(words[1]),
                       longest.count());
  }
  return fmt::format("{}: too much on the line, from {}", verb,
                     quote(words[verb == "press" ? 2 : 1]));
}

}  // namespace ledactor::hw
