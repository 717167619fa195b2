#include "actors/errc.hpp"

#include "actors/messages.hpp"

#include <array>
#include <utility>

namespace ledactor {

namespace {

constexpr std::array<std::pair<errc, const char*>, 20> words{{
    {errc::none, "none"},
    {errc::kicked, "kicked"},
    {errc::quit, "quit"},
    {errc::shutdown, "shutdown"},
    {errc::busy, "busy"},
    {errc::version, "version"},
    {errc::protocol, "protocol"},
    {errc::board_lost, "board-lost"},
    {errc::key, "key"},
    {errc::replaced, "replaced"},
    {errc::silent, "silent"},
    {errc::stalled, "stalled"},
    {errc::tampered, "tampered"},
    {errc::cable, "cable"},
    {errc::closed, "closed"},
    {errc::crowded, "crowded"},
    {errc::bad_config, "bad-config"},
    {errc::no_permission, "no-permission"},
    {errc::not_available, "not-available"},
    {errc::too_many_restarts, "too-many-restarts"},
}};

}  // namespace

std::string to_string(errc value) {
  for (const auto& [code, word] : words) {
    if (code == value) {
      return word;
    }
  }
  return "unknown";
}

bool from_string(caf::string_view word, errc& value) {
  for (const auto& [code, name] : words) {
    if (word == caf::string_view{name, std::char_traits<char>::length(name)}) {
      value = code;
      return true;
    }
  }
  return false;
}

bool from_integer(std::uint8_t number, errc& value) {
  for (const auto& [code, name] : words) {
    if (static_cast<std::uint8_t>(code) == number) {
      value = code;
      return true;
    }
  }
  return false;
}

errc to_errc(const caf::error& reason) {
  return reason.category() == caf::type_id_v<errc> ? static_cast<errc>(reason.code())
                                                   : errc::closed;
}

std::string text_of(const caf::error& reason) {
  const auto& context = reason.context();
  return context.match_elements<std::string>() ? context.get_as<std::string>(0) : std::string{};
}

bool is_farewell(const caf::error& reason) {
  return is_farewell(to_errc(reason));
}

}  // namespace ledactor
