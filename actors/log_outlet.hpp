#pragma once

#include "actors/log_format.hpp"

#include <caf/logger.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace ledactor {

/// Lines that wait to be written; when there are as many, further ones are dropped and counted.
/// Some seconds of a debug log, and with the longest lines one megabyte.
inline constexpr std::size_t max_waiting_lines = 1024;

/// Which lines an outlet takes, and how they look.
struct log_outlet_config {
  unsigned verbosity = CAF_LOG_LEVEL_QUIET;  ///< conf `caf.logger.*.verbosity`
  std::vector<std::string> excluded;         ///< conf `caf.logger.*.excluded-components`
  std::string format;
  bool colored = false;
};

/// One place that log lines are written to: stderr, or a file. Its own thread writes, so that a
/// reader that does not read, a stopped terminal or a full disk holds up nobody but that thread.
/// Lines that cannot wait or cannot be written are counted; a line tells the count when writing
/// works again.
class log_outlet {
public:
  /// Writes to a descriptor.
  /// @param fd stays the caller's, and open.
  /// @throws std::system_error if no thread can be started.
  log_outlet(const log_outlet_config& config, int fd);

  /// Appends to a file.
  /// @throws std::system_error if it cannot be opened for writing, or no thread can be started.
  log_outlet(const log_outlet_config& config, std::string path);

  log_outlet(const log_outlet&) = delete;
  log_outlet& operator=(const log_outlet&) = delete;

  /// Waits until what waits is written, however long that takes: `close` first.
  ~log_outlet();

  /// Whether it writes such lines.
  bool wants(unsigned level, std::string_view component) const noexcept;

  /// Has a line written. Never waits for its reader; any thread may call it.
  /// @param e its component is of static storage. One without a component is written as it is.
  void take(caf::logger::event e);

  /// Opens a file by its name again, as after logrotate(8) has given the old one another; nothing
  /// for a descriptor.
  void reopen();

  /// Waits until all lines that it took are written, or cannot be.
  /// @returns false if they were not by then.
  bool flush(std::chrono::steady_clock::time_point deadline);

  /// Takes no more lines, and waits like `flush`; if all are written, its thread has ended. By the
  /// thread that made it.
  bool close(std::chrono::steady_clock::time_point deadline);

private:
  void run();
  void write(const caf::logger::event& e);
  void tell_lost();
  bool write_all(std::string_view text);
  void open_again();

  const log_outlet_config config_;
  const log_format format_;
  const std::string path_;  ///< empty: a descriptor
  int fd_;

  // The thread's alone.
  std::uint64_t lost_ = 0;  ///< lines, since the last one that told of them
  bool torn_ = false;       ///< a line was written in part

  std::mutex mutex_;  ///< guards the rest; held for no longer than a line takes to move
  std::condition_variable changed_;
  std::vector<caf::logger::event> waiting_;
  std::uint64_t dropped_ = 0;  ///< after those that wait
  bool idle_ = false;          ///< the thread has nothing left to do
  bool reopening_ = false;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace ledactor
