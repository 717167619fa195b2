#pragma once

#include "main/demo/failure.hpp"

#include <string_view>

namespace ledactor::demo {

/// What the demo says is not heard.
class unheard : public failure {
public:
  using failure::failure;
};

/// Prints a line on stdout.
/// @throws unheard (74) if it cannot be written; with 128 + SIGPIPE and no text if the reader has
///         gone, who knows.
void say(std::string_view line);

}  // namespace ledactor::demo
