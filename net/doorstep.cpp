#include "net/doorstep.hpp"

#include <algorithm>
#include <utility>

namespace ledactor::net {

std::optional<doorstep::guest> doorstep::arrive(caf::actor_id who, std::string address) {
  std::optional<guest> dropped;
  const auto* crowd = count(address) >= max_fresh_an_address ? &address : nullptr;
  if (crowd == nullptr && waiting_.size() >= max_fresh) {
    crowd =
        &std::max_element(waiting_.begin(), waiting_.end(), [this](const auto& a, const auto& b) {
           return count(a.address) < count(b.address);
         })->address;
  }
  if (crowd != nullptr) {
    const auto oldest = std::find_if(waiting_.begin(), waiting_.end(),
                                     [&](const auto& g) { return g.address == *crowd; });
    dropped = *oldest;
    waiting_.erase(oldest);
  }
  waiting_.push_back({who, std::move(address)});
  return dropped;
}

std::optional<std::string> doorstep::leave(caf::actor_id who) {
  const auto found =
      std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& g) { return g.who == who; });
  if (found == waiting_.end()) {
    return std::nullopt;
  }
  auto address = std::move(found->address);
  waiting_.erase(found);
  return address;
}

std::size_t doorstep::count(const std::string& address) const {
  return static_cast<std::size_t>(std::count_if(
      waiting_.begin(), waiting_.end(), [&](const auto& g) { return g.address == address; }));
}

}  // namespace ledactor::net
