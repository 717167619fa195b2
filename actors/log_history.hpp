#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ledactor {

/// Lines that are kept, of debug and of all graver ones apart, and the longest [bytes].
inline constexpr std::size_t max_log_lines = 512;
inline constexpr std::size_t max_log_line = 1000;

/// How long lines of debug are kept after somebody has asked for them.
inline constexpr std::chrono::seconds debug_patience{30};

/// A line of ledactor's own log.
struct log_line {
  std::uint64_t id = 0;  ///< counts from 1
  std::chrono::system_clock::time_point at;
  unsigned level = 0;  ///< CAF_LOG_LEVEL_ERROR to CAF_LOG_LEVEL_DEBUG
  std::string_view component;
  std::string text;
};

/// The last lines of this process's log, for whoever looks on from outside. Any thread may write
/// and read. Readers may be threads that run when nobody else wants to: they hold the lock to copy
/// pointers alone.
class log_history {
public:
  using clock = std::chrono::steady_clock;

  /// @param now the time; any thread may call it.
  explicit log_history(std::function<clock::time_point()> now = clock::now)
      : now_(std::move(now)) {}

  /// Keeps lines from now on; before, and in a program that nobody can look into, none are kept.
  void open();

  /// Whether a line of that level would be kept.
  bool wants(unsigned level) const noexcept {
    return level <= most_.load(std::memory_order_relaxed);
  }

  /// @param component of static storage: the log's macros have literals.
  void take(unsigned level, std::string_view component, std::string text);

  /// What was asked for, and what to ask for next.
  struct excerpt {
    std::uint64_t last = 0;  ///< the newest line of all
    bool complete = true;    ///< false: some were asked for that are no longer kept
    std::vector<log_line> lines;
  };

  /// The lines after one, oldest first.
  /// @param component the only one to tell of; empty: all.
  /// @param level the least grave one to tell of; of debug, lines are kept for `debug_patience`.
  excerpt since(std::uint64_t id, std::string_view component, unsigned level);

private:
  const std::function<clock::time_point()> now_;
  std::atomic<unsigned> most_ = 0;
  std::mutex mutex_;  ///< guards the rest
  clock::time_point debug_until_;
  std::uint64_t last_ = 0;
  using kept_line = std::shared_ptr<const log_line>;
  /// Those of one kind, so that many of debug do not drive out the few that say what went wrong.
  struct kept_lines {
    void copy_after(std::uint64_t id, std::vector<kept_line>& result) const;

    std::deque<kept_line> lines;
    std::uint64_t dropped = 0;  ///< the newest that is no longer kept
  };
  kept_lines main_;
  kept_lines debug_;
};

}  // namespace ledactor
