#include "net/seating.hpp"

#include <utility>

namespace ledactor::net {

seating::outcome seating::arrive(guest who) {
  if (guests_.seated.size() < seats_) {
    guests_.seated.push_back(std::move(who));
    return outcome::seated;
  }
  if (queue_ && guests_.waiting.size() < max_waiting) {
    guests_.waiting.push_back(std::move(who));
    return outcome::waiting;
  }
  return outcome::refused;
}

std::optional<std::uint64_t> seating::leave(std::uint64_t session) {
  auto& [seated, waiting] = guests_;
  const auto is_leaving = [session](const guest& g) {
    return g.session == session;
  };
  std::erase_if(waiting, is_leaving);
  if (std::erase_if(seated, is_leaving) == 0 || waiting.empty()) {
    return std::nullopt;
  }
  seated.push_back(std::move(waiting.front()));
  waiting.erase(waiting.begin());
  return seated.back().session;
}

std::string seating::holder() const {
  return guests_.seated.empty() ? std::string{} : guests_.seated.front().name;
}

}  // namespace ledactor::net
