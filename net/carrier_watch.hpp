#pragma once

#include "net/carrier_reader.hpp"
#include "net/unique_fd.hpp"

#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace ledactor::net {

/// Most changes that wait to be taken; while there are as many, later ones are lost, and a link
/// whose cable they were about ends by silence.
inline constexpr std::size_t max_carrier_changes = 256;

/// Asks the kernel to tell when a cable is pulled or plugged in, and listens on a thread of its
/// own.
///
/// The kernel tells at once, unless it has told of another change within the last second: then,
/// when that second is over (linkwatch, net/core/link_watch.c).
class carrier_watch {
public:
  /// @param changed called on that thread when there is something to take.
  explicit carrier_watch(std::function<void()> changed);

  /// What has changed since the last call, oldest first.
  std::vector<carrier_change> take();

  /// Why nothing is heard, as in errno(3); 0 if all is well.
  int fault() const { return fault_; }

private:
  void listen(const std::stop_token& stop);
  void receive();
  void ask_for_all() const;
  void add(std::vector<carrier_change> changes);

  std::function<void()> changed_;
  int fault_ = 0;
  unique_fd socket_;
  carrier_reader reader_;
  std::vector<std::byte> buffer_;
  std::mutex mutex_;
  std::vector<carrier_change> changes_;
  std::jthread thread_;  ///< stops and joins first
};

}  // namespace ledactor::net
