#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ledactor::hw {

/// Makes lines of text that comes in pieces. Keeps no more of a line than its bound.
class line_splitter {
public:
  /// Is given a line without its newline, or nothing for one that is too long.
  using taker = std::function<void(std::optional<std::string_view>)>;

  /// @param max_length longest line [bytes], its newline apart.
  explicit line_splitter(std::size_t max_length) : max_length_(max_length) {}

  /// Takes a piece, and gives each line that ends in it; one that is too long as soon as it is.
  void feed(std::string_view piece, const taker& take);

private:
  void keep(std::string_view part, const taker& take);

  std::size_t max_length_;
  std::string unread_;     ///< the beginning of a line whose end has not come
  bool skipping_ = false;  ///< the rest of a line that is too long
};

}  // namespace ledactor::hw
