#include "net/seating.hpp"

#include <algorithm>
#include <utility>

namespace ledactor::net {

template <class Predicate>
const guest* seating::find_if(Predicate is_meant) const {
  for (const auto* guests : {&guests_.seated, &guests_.waiting}) {
    const auto found = std::find_if(guests->begin(), guests->end(), is_meant);
    if (found != guests->end()) {
      return &*found;
    }
  }
  return nullptr;
}

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

const guest* seating::find(const board_id& board, std::uint64_t but) const {
  return board == board_id{}
             ? nullptr
             : find_if([&](const guest& g) { return g.board == board && g.session != but; });
}

const guest* seating::find(std::uint64_t session) const {
  return find_if([session](const guest& g) { return g.session == session; });
}

// The heir sits from now on: it is not who has sat longest, whom the next kick ends.
seating::outcome seating::succeed(std::uint64_t session, guest heir) {
  auto& [seated, waiting] = guests_;
  std::erase_if(waiting, [&](const guest& g) { return g.session == heir.session; });
  if (const auto place = place_of(session); place != 0) {
    waiting[place - 1] = std::move(heir);
    return outcome::waiting;
  }
  std::erase_if(seated, [session](const guest& g) { return g.session == session; });
  seated.push_back(std::move(heir));
  return outcome::seated;
}

std::uint32_t seating::place_of(std::uint64_t session) const {
  const auto& waiting = guests_.waiting;
  const auto found = std::find_if(waiting.begin(), waiting.end(),
                                  [session](const guest& g) { return g.session == session; });
  return found == waiting.end() ? 0 : static_cast<std::uint32_t>(found - waiting.begin()) + 1;
}

std::string seating::holder() const {
  return guests_.seated.empty() ? std::string{} : guests_.seated.front().name;
}

}  // namespace ledactor::net
