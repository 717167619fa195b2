#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace ledactor::hw {

/// How a line of a GPIO chip is named: by its offset on the chip (on the chip of a Raspberry Pi's
/// header, the BCM number), or by its name there.
using line_id = std::variant<std::uint32_t, std::string>;

/// The id as it stands in a configuration: 17 or "GPIO17".
inline std::string to_string(const line_id& id) {
  const auto* offset = std::get_if<std::uint32_t>(&id);
  return offset != nullptr ? std::to_string(*offset) : '"' + std::get<std::string>(id) + '"';
}

}  // namespace ledactor::hw
