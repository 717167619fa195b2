#include "actors/log_history.hpp"

#include <caf/logger.hpp>

#include <algorithm>
#include <utility>

namespace ledactor {

log_history& log_history::of_process() {
  static log_history history;
  return history;
}

void log_history::open() {
  most_ = CAF_LOG_LEVEL_INFO;
}

void log_history::take(unsigned level, std::string_view component, std::string text) {
  text.resize(std::min(text.size(), max_log_line));
  const std::lock_guard guard{mutex_};
  if (level > CAF_LOG_LEVEL_INFO && now_() > debug_until_) {
    most_ = CAF_LOG_LEVEL_INFO;
    return;
  }
  if (lines_.size() == max_log_lines) {
    lines_.pop_front();
  }
  lines_.push_back({++last_, std::chrono::system_clock::now(), level, component, std::move(text)});
}

log_history::excerpt log_history::since(std::uint64_t id, std::string_view component,
                                        unsigned level) {
  const std::lock_guard guard{mutex_};
  if (level > CAF_LOG_LEVEL_INFO && most_ != 0) {
    debug_until_ = now_() + debug_patience;
    most_ = CAF_LOG_LEVEL_DEBUG;
  }
  excerpt found{last_, {}};
  std::copy_if(lines_.begin(), lines_.end(), std::back_inserter(found.lines), [&](const auto& l) {
    return l.id > id && l.level <= level && (component.empty() || l.component == component);
  });
  return found;
}

}  // namespace ledactor
