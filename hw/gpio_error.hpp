#pragma once

#include "hw/error.hpp"

#include <string>
#include <system_error>

namespace ledactor::hw {

/// Why a chip's device cannot be opened or asked: cause and cure.
/// @param path of the device, such as /dev/gpiochip0.
error chip_error(const std::string& path, std::error_code why);

}  // namespace ledactor::hw
