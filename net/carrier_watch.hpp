#pragma once

#include "actors/descriptor_watch.hpp"
#include "net/carrier_reader.hpp"
#include "net/unique_fd.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace ledactor::net {

/// Asks the kernel to tell when a cable is pulled or plugged in.
///
/// The kernel tells at once, unless it has told of another change within the last second: then,
/// when that second is over (linkwatch, net/core/link_watch.c).
class carrier_watch {
public:
  /// @param watch for the socket by which the kernel tells.
  /// @param on_news called on the loop's thread when there is something to take; again once that
  /// was done.
  carrier_watch(const watch_function& watch, std::function<void()> on_news);

  /// What has changed since the last call, oldest first.
  std::vector<carrier_change> take();

  /// Why nothing is heard, as in errno(3); 0 if all is well.
  int fault() const { return fault_; }

private:
  void ask_for_all() const;

  int fault_ = 0;
  unique_fd socket_;
  carrier_reader reader_;
  std::vector<std::byte> buffer_;
  std::unique_ptr<descriptor_watch> watching_;
};

}  // namespace ledactor::net
