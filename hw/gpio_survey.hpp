#pragma once

#include "hw/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ledactor::hw {

/// A GPIO chip of this machine, as the kernel tells of it (GPIO_GET_CHIPINFO_IOCTL).
struct gpio_chip {
  std::string path;   ///< such as /dev/gpiochip0
  std::string name;   ///< such as gpiochip0; may differ from boot to boot
  std::string label;  ///< the driver's, such as pinctrl-bcm2711
  std::size_t num_lines = 0;
  std::optional<error> fault{};  ///< why it cannot be opened; then only path and name are known
};

/// A line of a chip, as the kernel tells of it (GPIO_V2_GET_LINEINFO_IOCTL).
struct gpio_line {
  std::uint32_t offset = 0;
  std::string name{};  ///< may be empty, and need not be unique
  bool is_output = false;
  bool used = false;
  std::string consumer{};  ///< who uses it; may be empty even then
};

/// All chips below /dev, in the order of their numbers; those that cannot be opened, too.
std::vector<gpio_chip> find_chips();

/// All lines of a chip, in the order of their offsets.
std::variant<std::vector<gpio_line>, error> find_lines(const std::string& chip_path);

}  // namespace ledactor::hw
