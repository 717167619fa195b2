#pragma once

#include <cstdint>

namespace ledactor::hw {

/// Descriptors to wait for, as one that is readable when any of them is ready: epoll(7).
class poll_set {
public:
  /// @throws std::system_error if the process has no descriptor left.
  poll_set();
  poll_set(const poll_set&) = delete;
  poll_set& operator=(const poll_set&) = delete;
  ~poll_set();

  /// What to poll for POLLIN.
  int fd() const { return fd_; }

  /// @param events EPOLLIN or EPOLLOUT; errors and the other end's end make it ready, too.
  /// @param tag one bit, for `ready`.
  /// @returns false if the kernel cannot wait for it, as for a regular file, which is always ready.
  /// @throws std::system_error if memory is short, or the user waits for too many.
  bool add(int fd, std::uint32_t events, std::uint32_t tag) const;

  void remove(int fd) const;

  /// The tags of those that are ready now.
  std::uint32_t ready() const;

private:
  int fd_;
};

}  // namespace ledactor::hw
