#pragma once

#include "actors/messages.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace ledactor {

/// A change of the link as a simulated board prints it, such as `link up left`.
std::string to_line(const link_news& news);

/// Prints each change of the link.
///
/// main() owns it. It ends with the last who tells it, once all that it was told is printed.
class link_teller_state {
public:
  static inline const char* name = "ledactor.link-teller";

  /// @param say prints a line, given without its newline; must not block.
  link_teller_state(link_sink::pointer, std::function<void(std::string_view)> say)
      : say_(std::move(say)) {}

  link_sink::behavior_type make_behavior() {
    return {[this](const link_news& news) {
      say_(to_line(news));
    }};
  }

private:
  std::function<void(std::string_view)> say_;
};

using link_teller_impl = link_sink::stateful_impl<link_teller_state>;

}  // namespace ledactor
