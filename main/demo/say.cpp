#include "main/demo/say.hpp"

#include "main/standard_streams.hpp"

#include <fmt/format.h>

#include <chrono>
#include <csignal>

namespace ledactor::demo {

void say(std::string_view line) {
  const auto printed = print_out(fmt::format("{}\n", line));
  if (printed.status != exit_ok) {
    throw unheard{printed.status, printed.text};
  }
  if (!wait_with_reader(std::chrono::milliseconds{0})) {
    throw unheard{128 + SIGPIPE, ""};
  }
}

}  // namespace ledactor::demo
