#include "actors/log_history.hpp"

#include <caf/logger.hpp>

#include <algorithm>
#include <utility>

namespace ledactor {

void log_history::open() {
  most_ = CAF_LOG_LEVEL_INFO;
}

void log_history::take(unsigned level, std::string_view component, std::string text) {
  text.resize(std::min(text.size(), max_log_line));
  const bool is_debug = level > CAF_LOG_LEVEL_INFO;
  const std::lock_guard guard{mutex_};
  if (is_debug && now_() > debug_until_) {
    most_ = CAF_LOG_LEVEL_INFO;
    return;
  }
  auto& kept = is_debug ? debug_ : main_;
  if (kept.lines.size() == max_log_lines) {
    kept.dropped = kept.lines.front()->id;
    kept.lines.pop_front();
  }
  kept.lines.push_back(std::make_shared<const log_line>(
      log_line{++last_, std::chrono::system_clock::now(), level, component, std::move(text)}));
}

log_history::excerpt log_history::since(std::uint64_t id, std::string_view component,
                                        unsigned level) {
  const bool with_debug = level > CAF_LOG_LEVEL_INFO;
  std::vector<kept_line> newer;
  excerpt found;
  {
    const std::lock_guard guard{mutex_};
    if (with_debug && most_ != 0) {
      debug_until_ = now_() + debug_patience;
      most_ = CAF_LOG_LEVEL_DEBUG;
    }
    found.last = last_;
    found.complete = id >= main_.dropped && (!with_debug || id >= debug_.dropped);
    main_.copy_after(id, newer);
    if (with_debug) {
      debug_.copy_after(id, newer);
    }
  }
  std::sort(newer.begin(), newer.end(), [](const auto& a, const auto& b) { return a->id < b->id; });
  for (const auto& l : newer) {
    if (l->level <= level && (component.empty() || l->component == component)) {
      found.lines.push_back(*l);
    }
  }
  return found;
}

void log_history::kept_lines::copy_after(std::uint64_t id, std::vector<kept_line>& result) const {
  const auto first = std::upper_bound(lines.begin(), lines.end(), id,
                                      [](auto wanted, const auto& l) { return wanted < l->id; });
  result.insert(result.end(), first, lines.end());
}

}  // namespace ledactor
