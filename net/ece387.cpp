#include "net/ece387.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ledactor::net {

namespace {

constexpr std::string_view close_word = "close";

bool is_level(char c) {
  return c == '0' || c == '1';
}

}  // namespace

std::string ece387_text(const ece387_message& m) {
  const auto* const levels = std::get_if<level_set>(&m);
  if (levels == nullptr) {
    return std::string{close_word};
  }
  std::string text;
  for (std::size_t i = 0; i < ece387_lines; ++i) {
    text += ((*levels >> i) & 1U) != 0 ? '1' : '0';
  }
  return text;
}

void ece387_reader::feed(std::span<const std::uint8_t> bytes) {
  unread_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::optional<ece387_message> ece387_reader::next() {
  if (unread_.empty() || !failure_.empty()) {
    return std::nullopt;
  }
  const bool is_close = may_close_ && unread_.front() == close_word.front();
  const auto size = is_close ? close_word.size() : ece387_lines;
  const auto text = std::string_view{unread_}.substr(0, size);
  const auto good = is_close ? std::mismatch(text.begin(), text.end(), close_word.begin()).first
                             : std::find_if_not(text.begin(), text.end(), is_level);
  if (good != text.end()) {
    failure_ = fmt::format("byte {:#04x} in a message", static_cast<unsigned char>(*good));
    return std::nullopt;
  }
  if (text.size() < size) {
    return std::nullopt;
  }
  ece387_message message = ece387_close{};
  if (!is_close) {
    level_set levels = 0;
    for (std::size_t i = 0; i < size; ++i) {
      levels |= level_set{text[i] == '1'} << i;
    }
    message = levels;
  }
  unread_.erase(0, size);
  return message;
}

bool looks_like_ece387(std::span<const std::uint8_t> first_bytes) {
  return !first_bytes.empty() && is_level(static_cast<char>(first_bytes.front()));
}

}  // namespace ledactor::net
