#include "actors/messages.hpp"

#include <caf/init_global_meta_objects.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace ledactor {

namespace {

/// In the order of `link_change`.
constexpr std::array<std::string_view, 4> link_changes{"up", "down", "waiting", "kicked"};

/// In the order of `component`.
constexpr std::array<std::string_view, 5> components{"chip", "panel", "led-bank", "button",
                                                     "endpoint"};

}  // namespace

std::string to_string(component value) {
  return std::string{components.at(static_cast<std::size_t>(value))};
}

std::string to_string(link_change value) {
  return std::string{link_changes.at(static_cast<std::size_t>(value))};
}

bool from_string(caf::string_view word, link_change& value) {
  const auto* const found = std::find(link_changes.begin(), link_changes.end(),
                                      std::string_view{word.data(), word.size()});
  return found != link_changes.end()
         && from_integer(static_cast<std::uint8_t>(found - link_changes.begin()), value);
}

bool from_integer(std::uint8_t number, link_change& value) {
  if (number >= link_changes.size()) {
    return false;
  }
  value = static_cast<link_change>(number);
  return true;
}

void init_messages() {
  caf::init_global_meta_objects<caf::id_block::ledactor>();
  caf::init_global_meta_objects<caf::id_block::ledactor_handles>();
}

}  // namespace ledactor
