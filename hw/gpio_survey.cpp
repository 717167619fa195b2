#include "hw/gpio_survey.hpp"

#include "hw/gpio_error.hpp"

#include <gpiod.hpp>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <system_error>

namespace ledactor::hw {

namespace {

gpio_chip describe_chip(const std::filesystem::path& path) {
  try {
    const auto info = gpiod::chip{path}.get_info();
    return {path, info.name(), info.label(), info.num_lines()};
  } catch (const std::exception& e) {
    return {path, path.filename(), "", 0, chip_error(path, code_of(e))};
  }
}

/// gpiochip10 comes after gpiochip9.
bool comes_before(const gpio_chip& a, const gpio_chip& b) {
  return a.path.size() != b.path.size() ? a.path.size() < b.path.size() : a.path < b.path;
}

}  // namespace

std::vector<gpio_chip> find_chips() {
  std::vector<gpio_chip> chips;
  std::error_code fault;
  for (std::filesystem::directory_iterator entry{"/dev", fault}, end; !fault && entry != end;
       entry.increment(fault)) {
    // Some kernels have a second name for a chip, as a symbolic link.
    if (entry->path().filename().string().starts_with("gpiochip") && !entry->is_symlink(fault)) {
      chips.push_back(describe_chip(entry->path()));
    }
  }
  std::sort(chips.begin(), chips.end(), comes_before);
  return chips;
}

std::variant<std::vector<gpio_line>, error> find_lines(const std::string& chip_path) {
  try {
    const gpiod::chip chip{chip_path};
    std::vector<gpio_line> lines;
    const auto count = static_cast<std::uint32_t>(chip.get_info().num_lines());
    for (std::uint32_t offset = 0; offset < count; ++offset) {
      const auto info = chip.get_line_info(offset);
      lines.push_back({offset, info.name(), info.direction() == gpiod::line::direction::OUTPUT,
                       info.used(), info.consumer()});
    }
    return lines;
  } catch (const std::exception& e) {
    return chip_error(chip_path, code_of(e));
  }
}

}  // namespace ledactor::hw
