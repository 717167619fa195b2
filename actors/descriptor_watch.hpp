#pragma once

#include <functional>
#include <memory>

namespace ledactor {

/// The loop's watch over a descriptor; it ends with this object.
class descriptor_watch {
public:
  descriptor_watch() = default;
  descriptor_watch(const descriptor_watch&) = delete;
  descriptor_watch& operator=(const descriptor_watch&) = delete;
  virtual ~descriptor_watch() = default;

  /// Watches again, after the owner was called and has dealt with what there was.
  virtual void rearm() = 0;
};

/// Has the loop watch a descriptor, and call its owner, on the loop's thread, when it is readable:
/// once, and once more after each `rearm`.
/// @param fd stays the caller's, and open as long as the watch.
using watch_function =
    std::function<std::unique_ptr<descriptor_watch>(int fd, std::function<void()> on_readable)>;

}  // namespace ledactor
