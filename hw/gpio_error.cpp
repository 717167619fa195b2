#include "hw/gpio_error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <grp.h>
#include <new>
#include <stdexcept>
#include <sys/stat.h>

namespace ledactor::hw {

namespace {

/// What lets a user open the device.
std::string permission_cure(const std::string& path) {
  struct stat device {};
  const auto* owner = ::stat(path.c_str(), &device) == 0 ? ::getgrgid(device.st_gid) : nullptr;
  if (owner == nullptr || device.st_gid == 0 || (device.st_mode & S_IWGRP) == 0) {
    return "it is root's alone; give it to the group 'gpio' with a udev rule (SUBSYSTEM==\"gpio\", "
           "GROUP=\"gpio\", MODE=\"0660\") and join that group, or run as root";
  }
  return fmt::format(
      "it belongs to the group '{0}'; join it (sudo usermod -aG {0} USER) and log in again, or, in "
      "a "
      "container or a service, allow the device there",
      owner->gr_name);
}

}  // namespace

std::error_code code_of(const std::exception& thrown) {
  if (const auto* with_code = dynamic_cast<const std::system_error*>(&thrown)) {
    return with_code->code();
  }
  if (dynamic_cast<const std::invalid_argument*>(&thrown) != nullptr) {
    return {EINVAL, std::system_category()};
  }
  if (dynamic_cast<const std::length_error*>(&thrown) != nullptr) {
    return {E2BIG, std::system_category()};
  }
  if (dynamic_cast<const std::bad_alloc*>(&thrown) != nullptr) {
    return {ENOMEM, std::system_category()};
  }
  return {EIO, std::system_category()};
}

error chip_error(const std::string& path, std::error_code why) {
  if (why == std::errc::permission_denied || why == std::errc::operation_not_permitted) {
    return {fault::no_permission,
            fmt::format("{}: this user may not open it: {}", path, permission_cure(path))};
  }
  if (why == std::errc::no_such_file_or_directory || why == std::errc::no_such_device
      || why == std::errc::no_such_device_or_address) {
    return {fault::not_found, fmt::format("{}: there is no such chip", path)};
  }
  if (why == std::errc::inappropriate_io_control_operation) {
    return {fault::not_found, fmt::format("{}: it is no GPIO chip", path)};
  }
  return {fault::not_found, fmt::format("{}: {}", path, why.message())};
}

}  // namespace ledactor::hw
