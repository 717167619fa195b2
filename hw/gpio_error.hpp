#pragma once

#include "hw/error.hpp"

#include <exception>
#include <string>
#include <system_error>

namespace ledactor::hw {

/// What libgpiod's C++ bindings have thrown, as the errno behind it; they have a type of their own
/// for some. Errors: `EIO` for whatever has none.
std::error_code code_of(const std::exception& thrown);

/// Why a chip's device cannot be opened or asked: cause and cure.
/// @param path of the device, such as /dev/gpiochip0.
error chip_error(const std::string& path, std::error_code why);

}  // namespace ledactor::hw
