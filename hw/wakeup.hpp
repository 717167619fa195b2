#pragma once

namespace ledactor::hw {

/// A file descriptor that one thread polls and others make readable (eventfd(2)).
class wakeup {
public:
  /// @throws std::system_error if the process has no descriptor left.
  wakeup();
  wakeup(const wakeup&) = delete;
  wakeup& operator=(const wakeup&) = delete;
  ~wakeup();

  /// What to poll for POLLIN.
  int fd() const { return fd_; }

  /// Makes the descriptor readable. Any thread may call it.
  void notify() const;

  /// Makes the descriptor unreadable again.
  void clear() const;

private:
  int fd_;
};

}  // namespace ledactor::hw
