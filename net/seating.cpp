#include "net/seating.hpp"

#include <utility>

namespace ledactor::net {

seating::outcome seating::arrive(guest_id id, std::string name) {
  if (seated_.size() < seats_) {
    seated_.push_back({id, std::move(name)});
    return outcome::seated;
  }
  if (queue_ && waiting_.size() < max_waiting) {
    waiting_.push_back({id, std::move(name)});
    return outcome::waiting;
  }
  return outcome::refused;
}

std::optional<seating::guest_id> seating::leave(guest_id id) {
  const auto is_leaving = [id](const guest& g) {
    return g.id == id;
  };
  std::erase_if(waiting_, is_leaving);
  if (std::erase_if(seated_, is_leaving) == 0 || waiting_.empty()) {
    return std::nullopt;
  }
  seated_.push_back(std::move(waiting_.front()));
  waiting_.pop_front();
  return seated_.back().id;
}

std::deque<seating::guest_id> seating::queue() const {
  std::deque<guest_id> ids;
  for (const auto& g : waiting_) {
    ids.push_back(g.id);
  }
  return ids;
}

std::string seating::holder() const {
  return seated_.empty() ? std::string{} : seated_.front().name;
}

}  // namespace ledactor::net
