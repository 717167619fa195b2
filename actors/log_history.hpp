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
/// and read. Readers may be threads that run when nobody else wants to, so no writer waits for one
/// that reads: what is written goes into a tray of its own, and readers hold its lock to take the
/// tray away alone.
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
  /// Lines of one kind, so that many of debug do not drive out the few that say what went wrong.
  struct kept_lines {
    void add(log_line line);
    void append(kept_lines newer);
    void copy_after(std::uint64_t id, std::vector<log_line>& result) const;

    std::deque<log_line> lines;  ///< at most `max_log_lines`, oldest first
    std::uint64_t dropped = 0;   ///< the newest that is no longer kept
  };

  struct tray {
    kept_lines main;
    kept_lines debug;
  };

  const std::function<clock::time_point()> now_;
  std::atomic<unsigned> most_ = 0;
  std::mutex mutex_;  ///< guards the next three
  clock::time_point debug_until_;
  std::uint64_t last_ = 0;
  std::unique_ptr<tray> written_ = std::make_unique<tray>();  ///< since a reader came last
  std::mutex reading_;                                        ///< readers' own, guards the rest
  tray kept_;
};

}  // namespace ledactor
