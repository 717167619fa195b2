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
  (is_debug ? written_->debug : written_->main)
      .add({++last_, std::chrono::system_clock::now(), level, component, std::move(text)});
}

log_history::excerpt log_history::since(std::uint64_t id, std::string_view component,
                                        unsigned level) {
  const bool with_debug = level > CAF_LOG_LEVEL_INFO;
  const std::lock_guard reading{reading_};
  const auto until = now_() + debug_patience;
  auto newer = std::make_unique<tray>();
  excerpt found;
  {
    const std::lock_guard guard{mutex_};
    if (with_debug && most_ != 0) {
      debug_until_ = until;
      most_ = CAF_LOG_LEVEL_DEBUG;
    }
    found.last = last_;
    written_.swap(newer);
  }
  kept_.main.append(std::move(newer->main));
  kept_.debug.append(std::move(newer->debug));
  found.complete = id >= kept_.main.dropped && (!with_debug || id >= kept_.debug.dropped);
  kept_.main.copy_after(id, found.lines);
  if (with_debug) {
    kept_.debug.copy_after(id, found.lines);
  }
  std::erase_if(found.lines, [&](const log_line& l) {
    return l.level > level || (!component.empty() && l.component != component);
  });
  std::sort(found.lines.begin(), found.lines.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return found;
}

void log_history::kept_lines::add(log_line line) {
  if (lines.size() == max_log_lines) {
    dropped = lines.front().id;
    lines.pop_front();
  }
  lines.push_back(std::move(line));
}

void log_history::kept_lines::append(kept_lines newer) {
  for (auto& line : newer.lines) {
    add(std::move(line));
  }
  dropped = std::max(dropped, newer.dropped);
}

void log_history::kept_lines::copy_after(std::uint64_t id, std::vector<log_line>& result) const {
  const auto first = std::upper_bound(lines.begin(), lines.end(), id,
                                      [](auto wanted, const auto& l) { return wanted < l.id; });
  result.insert(result.end(), first, lines.end());
}

}  // namespace ledactor
