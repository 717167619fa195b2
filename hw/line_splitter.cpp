#include "hw/line_splitter.hpp"

#include <utility>

namespace ledactor::hw {

void line_splitter::feed(std::string_view piece, const taker& take) {
  for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
    keep(piece.substr(0, end), take);
    piece.remove_prefix(end + 1);
    if (!std::exchange(skipping_, false)) {
      take(unread_);
    }
    unread_.clear();
  }
  keep(piece, take);
}

void line_splitter::keep(std::string_view part, const taker& take) {
  if (skipping_) {
    return;
  }
  if (part.size() > max_length_ - unread_.size()) {
    skipping_ = true;
    unread_.clear();
    take(std::nullopt);
    return;
  }
  unread_ += part;
}

}  // namespace ledactor::hw
