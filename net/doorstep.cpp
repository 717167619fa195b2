#include "net/doorstep.hpp"

#include <algorithm>
#include <utility>

namespace ledactor::net {

std::optional<doorstep::stranger> doorstep::arrive(caf::actor_id who, std::string address) {
  std::optional<stranger> dropped;
  if (const auto crowd = find_crowd(address)) {
    const auto oldest = std::find_if(fresh_.begin(), fresh_.end(),
                                     [&](const auto& s) { return s.address == *crowd; });
    dropped = std::move(*oldest);
    fresh_.erase(oldest);
    forget(*crowd);
  }
  ++counts_[address];
  fresh_.push_back({who, std::move(address)});
  return dropped;
}

/// The address of which one must go, if one must.
std::optional<std::string> doorstep::find_crowd(const std::string& newcomers_address) const {
  const auto own = counts_.find(newcomers_address);
  if (own != counts_.end() && own->second >= places_ / 2) {
    return newcomers_address;
  }
  if (fresh_.size() < places_) {
    return std::nullopt;
  }
  return std::max_element(fresh_.begin(), fresh_.end(),
                          [this](const auto& a, const auto& b) {
                            return counts_.at(a.address) < counts_.at(b.address);
                          })
      ->address;
}

std::optional<std::string> doorstep::leave(caf::actor_id who) {
  const auto found =
      std::find_if(fresh_.begin(), fresh_.end(), [&](const auto& s) { return s.who == who; });
  if (found == fresh_.end()) {
    return std::nullopt;
  }
  auto address = std::move(found->address);
  fresh_.erase(found);
  forget(address);
  return address;
}

void doorstep::forget(const std::string& address) {
  if (const auto count = counts_.find(address); --count->second == 0) {
    counts_.erase(count);
  }
}

}  // namespace ledactor::net
