#include "actors/log_outlet.hpp"

#include "actors/log.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace ledactor {

namespace {

constexpr caf::string_view own_component = "ledactor.log";

/// Opens a log file without waiting for the reader of a FIFO, which then cannot be opened.
/// @returns -1 and errno if it cannot be opened.
int open_log_file(const std::string& path) {
  const int fd =
      ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
  if (fd >= 0) {
    ::fcntl(fd, F_SETFL, O_APPEND);  // its own thread may wait
  }
  return fd;
}

int open_or_throw(const std::string& path) {
  const int fd = open_log_file(path);
  if (fd < 0) {
    throw std::system_error{errno, std::generic_category(), path};
  }
  return fd;
}

caf::logger::event warning(std::string text) {
  return {CAF_LOG_LEVEL_WARNING,      0, own_component,        "", "", "", std::move(text),
          std::this_thread::get_id(), 0, caf::make_timestamp()};
}

}  // namespace

log_outlet::log_outlet(const log_outlet_config& config, int fd)
    : config_(config),
      format_(config.format, config.colored),
      fd_(fd),
      thread_([this] { run(); }) {}

log_outlet::log_outlet(const log_outlet_config& config, std::string path)
    : config_(config),
      format_(config.format, config.colored),
      path_(std::move(path)),
      fd_(open_or_throw(path_)),
      thread_([this] { run(); }) {}

log_outlet::~log_outlet() {
  close(std::chrono::steady_clock::time_point::max());
  if (!path_.empty()) {
    ::close(fd_);
  }
}

bool log_outlet::wants(unsigned level, std::string_view component) const noexcept {
  return level <= config_.verbosity
         && std::find(config_.excluded.begin(), config_.excluded.end(), component)
                == config_.excluded.end();
}

void log_outlet::take(caf::logger::event e) {
  {
    const std::lock_guard guard{mutex_};
    if (closing_ || waiting_.size() == max_waiting_lines) {
      ++dropped_;
      return;
    }
    waiting_.push_back(std::move(e));
  }
  changed_.notify_all();
}

void log_outlet::reopen() {
  {
    const std::lock_guard guard{mutex_};
    reopening_ = true;
  }
  changed_.notify_all();
}

bool log_outlet::flush(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock guard{mutex_};
  return changed_.wait_until(guard, deadline, [this] { return idle_ && waiting_.empty(); });
}

bool log_outlet::close(std::chrono::steady_clock::time_point deadline) {
  {
    const std::lock_guard guard{mutex_};
    closing_ = true;
  }
  changed_.notify_all();
  if (!flush(deadline)) {
    return false;
  }
  if (thread_.joinable()) {
    thread_.join();  // it has nothing left to do
  }
  return true;
}

void log_outlet::run() {
  ::pthread_setname_np(::pthread_self(), own_component.data());
  std::vector<caf::logger::event> batch;
  std::unique_lock guard{mutex_};
  for (;;) {
    idle_ = waiting_.empty() && !reopening_;
    if (idle_) {
      changed_.notify_all();  // `flush` waits for this
    }
    changed_.wait(guard, [this] { return !waiting_.empty() || reopening_ || closing_; });
    if (idle_ && waiting_.empty() && !reopening_) {
      return;
    }
    idle_ = false;
    batch.swap(waiting_);
    const auto dropped = std::exchange(dropped_, 0);
    const bool reopening = std::exchange(reopening_, false);
    guard.unlock();
    for (const auto& e : batch) {
      write(e);
    }
    batch.clear();
    lost_ += dropped;
    tell_lost();
    if (reopening) {
      open_again();
    }
    guard.lock();
  }
}

void log_outlet::write(const caf::logger::event& e) {
  tell_lost();
  lost_ += write_all(e.category_name.empty() ? e.message : format_.render(e)) ? 0 : 1;
}

void log_outlet::tell_lost() {
  if (lost_ > 0 && write_all(format_.render(warning(fmt::format("dropped lines={}", lost_))))) {
    lost_ = 0;
  }
}

bool log_outlet::write_all(std::string_view text) {
  const auto whole = torn_ ? "\n" + std::string{text} : std::string{text};
  std::string_view rest = whole;
  while (!rest.empty()) {
    const auto taken = ::write(fd_, rest.data(), rest.size());
    if (taken > 0) {
      rest.remove_prefix(static_cast<std::size_t>(taken));
    } else if (taken < 0 && errno == EAGAIN) {  // another process made the descriptor so
      pollfd writable{fd_, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (taken == 0 || errno != EINTR) {
      torn_ = torn_ || (rest.size() < whole.size() && rest.data()[-1] != '\n');
      return false;
    }
  }
  torn_ = false;
  return true;
}

void log_outlet::open_again() {
  if (path_.empty()) {
    return;
  }
  const int fd = open_log_file(path_);
  if (fd < 0) {  // the old one is better than none
    LEDACTOR_WARNING("log", "cannot reopen path={} error={}", log_text(path_),
                     std::generic_category().message(errno));
    return;
  }
  ::close(std::exchange(fd_, fd));
  torn_ = false;
}

}  // namespace ledactor
