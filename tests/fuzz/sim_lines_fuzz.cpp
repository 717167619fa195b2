// A simulated board's stdin: the first byte says in which pieces the rest comes.

#include "hw/line_splitter.hpp"
#include "hw/sim_command.hpp"
#include "tests/fuzz/property.hpp"

#include <string>

using namespace ledactor;
using fuzz::must;

namespace {

using lines = std::vector<std::optional<std::string>>;

lines split(const std::vector<fuzz::input>& pieces) {
  hw::line_splitter splitter{hw::max_command_length};
  lines result;
  for (const auto piece : pieces) {
    splitter.feed(fuzz::to_text(piece), [&](std::optional<std::string_view> line) {
      result.push_back(line ? std::optional<std::string>{*line} : std::nullopt);
    });
  }
  return result;
}

/// The same, from the whole text at once.
lines split_naively(std::string_view text) {
  lines result;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    if (line.size() > hw::max_command_length) {
      result.emplace_back(std::nullopt);
    } else if (end != std::string_view::npos) {
      result.emplace_back(line);
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return result;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input bytes{data, size};
  const auto seed = fuzz::take_byte(bytes);
  const auto expected = split_naively(fuzz::to_text(bytes));
  must(split({bytes}) == expected, "lines are what stands before newlines");
  must(split(fuzz::split(bytes, seed)) == expected, "pieces give what the whole gives");
  return 0;
}
