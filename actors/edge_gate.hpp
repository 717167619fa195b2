#pragma once

#include "actors/messages.hpp"

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace ledactor {

/// Most edges between the board and the sockets at a time.
inline constexpr std::size_t max_edges_under_way = 256;

/// Hands out the tickets that edges travel with, and holds the board's reader thread back while
/// all are out. The kernel, or the pipe a simulated board reads, keeps what cannot be read yet.
class edge_gate : public std::enable_shared_from_this<edge_gate> {
public:
  /// Waits for a free ticket. Called by the board's reader thread.
  /// @returns a ticket, or null once the gate is closed.
  ticket acquire();

  /// Ends all waiting, for good: the board's owner is going.
  void close();

  /// How many tickets are out.
  std::size_t in_use() const;

private:
  void release();

  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t in_use_ = 0;
  bool closed_ = false;
};

}  // namespace ledactor
