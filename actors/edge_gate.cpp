#include "actors/edge_gate.hpp"

namespace ledactor {

ticket edge_gate::acquire() {
  std::unique_lock guard{mutex_};
  freed_.wait(guard, [this] { return closed_ || in_use_ < max_edges_under_way; });
  if (closed_) {
    return nullptr;
  }
  ++in_use_;
  return {this, [self = shared_from_this()](const void*) {
            self->release();
          }};
}

void edge_gate::release() {
  const std::lock_guard guard{mutex_};
  if (in_use_-- == max_edges_under_way) {
    freed_.notify_one();
  }
}

void edge_gate::close() {
  const std::lock_guard guard{mutex_};
  closed_ = true;
  freed_.notify_all();
}

std::size_t edge_gate::in_use() const {
  const std::lock_guard guard{mutex_};
  return in_use_;
}

}  // namespace ledactor
