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
  const bool is_debug = level > CAF_LOG_LEVEL_INFO;
  const std::lock_guard guard{mutex_};
  if (is_debug && now_() > debug_until_) {
    most_ = CAF_LOG_LEVEL_INFO;
    return;
  }
  auto& kept = is_debug ? debug_ : main_;
  if (kept.lines.size() == max_log_lines) {
    kept.dropped = kept.lines.front().id;
    kept.lines.pop_front();
  }
  kept.lines.push_back(
      {++last_, std::chrono::system_clock::now(), level, component, std::move(text)});
}

log_history::excerpt log_history::since(std::uint64_t id, std::string_view component,
                                        unsigned level) {
  const bool with_debug = level > CAF_LOG_LEVEL_INFO;
  const std::lock_guard guard{mutex_};
  if (with_debug && most_ != 0) {
    debug_until_ = now_() + debug_patience;
    most_ = CAF_LOG_LEVEL_DEBUG;
  }
  excerpt found{last_, id >= main_.dropped && (!with_debug || id >= debug_.dropped), {}};
  const auto is_wanted = [&](const log_line& l) {
    return l.id > id && l.level <= level && (component.empty() || l.component == component);
  };
  std::copy_if(main_.lines.begin(), main_.lines.end(), std::back_inserter(found.lines), is_wanted);
  const auto middle = static_cast<std::ptrdiff_t>(found.lines.size());
  if (with_debug) {
    std::copy_if(debug_.lines.begin(), debug_.lines.end(), std::back_inserter(found.lines),
                 is_wanted);
  }
  std::inplace_merge(found.lines.begin(), found.lines.begin() + middle, found.lines.end(),
                     [](const log_line& a, const log_line& b) { return a.id < b.id; });
  return found;
}

}  // namespace ledactor
