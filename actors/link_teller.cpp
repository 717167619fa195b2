#include "actors/link_teller.hpp"

#include <fmt/format.h>

namespace ledactor {

std::string to_line(const link_news& news) {
  switch (news.change) {
    case link_change::up:
      return "link up " + news.peer;
    case link_change::down:
      return "link down " + to_string(news.reason);
    case link_change::waiting:
      return fmt::format("waiting {} {}", news.place, news.peer);
    case link_change::kicked:
      return "kicked";
  }
  return {};
}

}  // namespace ledactor
