#include "main/demo/board_line.hpp"

#include <charconv>

namespace ledactor::demo {

namespace {

/// Cuts the first word, and the space after it, off `text`.
std::string_view take_word(std::string_view& text) {
  auto end = text.find(' ');
  auto word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

std::optional<std::size_t> take_number(std::string_view& text) {
  auto word = take_word(text);
  std::size_t number = 0;
  auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size() || number == 0) {
    return std::nullopt;
  }
  return number;
}

std::optional<board_line> parse_led(std::string_view rest) {
  auto number = take_number(rest);
  if (!number || (rest != "on" && rest != "off")) {
    return std::nullopt;
  }
  return board_line{board_line::kind::led, *number, rest == "on", {}};
}

std::optional<board_line> parse_link(std::string_view rest) {
  auto direction = take_word(rest);
  if (rest.empty() || (direction != "up" && direction != "down")) {
    return std::nullopt;
  }
  auto what = direction == "up" ? board_line::kind::link_up : board_line::kind::link_down;
  return board_line{what, 0, false, std::string{rest}};
}

std::optional<board_line> parse_waiting(std::string_view rest) {
  auto place = take_number(rest);
  if (!place || rest.empty()) {
    return std::nullopt;
  }
  return board_line{board_line::kind::waiting, *place, false, std::string{rest}};
}

}  // namespace

std::optional<board_line> parse(std::string_view text) {
  auto rest = text;
  auto first = take_word(rest);
  if (first == "led") {
    return parse_led(rest);
  }
  if (first == "link") {
    return parse_link(rest);
  }
  if (first == "waiting") {
    return parse_waiting(rest);
  }
  if (text == "kicked") {
    return board_line{board_line::kind::kicked, 0, false, {}};
  }
  return std::nullopt;
}

}  // namespace ledactor::demo
