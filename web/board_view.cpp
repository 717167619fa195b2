#include "web/board_view.hpp"

#include <algorithm>
#include <utility>

namespace ledactor::web {

double wall_clock() {
  return std::chrono::duration<double>{std::chrono::system_clock::now().time_since_epoch()}.count();
}

namespace {

/// The guests as they are now; who was there before came before.
std::vector<seen_guest> see(const std::vector<guest>& now, const seats_state& before) {
  std::vector<seen_guest> seen;
  for (const auto& who : now) {
    auto since = wall_clock();
    for (const auto* known : {&before.seated, &before.waiting}) {
      for (const auto& g : *known) {
        since = g.who.session == who.session ? g.since : since;
      }
    }
    seen.push_back({who, since});
  }
  return seen;
}

/// Whether these are the guests that were seen.
bool are(const std::vector<seen_guest>& seen, const std::vector<guest>& guests) {
  return std::equal(seen.begin(), seen.end(), guests.begin(), guests.end(),
                    [](const auto& s, const auto& g) { return s.who.session == g.session; });
}

}  // namespace

void board_view::tell(const news& what) {
  const std::lock_guard guard{mutex_};
  const auto before = now_.last_event;
  std::visit([this](const auto& n) { take(n); }, what);
  if (now_.last_event != before) {
    on_change_();
  }
}

void board_view::on_change(std::function<void()> on_change) {
  const std::lock_guard guard{mutex_};
  on_change_ = std::move(on_change);
}

board_snapshot board_view::now() const {
  const std::lock_guard guard{mutex_};
  return now_;
}

board_view::catch_up board_view::since(std::uint64_t id) const {
  const std::lock_guard guard{mutex_};
  const auto missed = now_.last_event - id;  // of an id from the future: more than are kept
  if (missed > history_.size()) {
    return {};
  }
  const auto first = history_.end() - static_cast<std::ptrdiff_t>(missed);
  const auto count = std::min<std::ptrdiff_t>(history_.end() - first, max_catch_up);
  return {true, {first, first + count}};
}

template <class What>
void board_view::keep(What what) {
  if (history_.size() == max_history) {
    history_.pop_front();
  }
  history_.push_back({++now_.last_event, wall_clock(), std::move(what)});
}

void board_view::take(const levels& l) {
  now_.buttons = {l.pressed, l.seq};  // and not its ticket, which would hold the board back
  keep(now_.buttons);
}

void board_view::take(const control_level& c) {
  now_.control_pressed = c.pressed;
  keep(c);
}

void board_view::take(const lit_levels& l) {
  if (std::exchange(now_.lit, l.lit) != l.lit) {
    keep(l);
  }
}

// What a board that is away had pressed and lit, nobody knows.
void board_view::take(const board_news& n) {
  now_.board = {n.open, n.reason};
  keep(now_.board);
  if (!n.open) {
    take(levels{0, now_.buttons.seq, timestamp{0}, nullptr});
    take(control_level{});
    take(lit_levels{});
  }
}

void board_view::take(const link_news& n) {
  auto& link = now_.link;
  link.change = n.change;
  link.now = n.linked > 0                       ? link_state::phase::linked
             : n.change == link_change::waiting ? link_state::phase::waiting
                                                : link_state::phase::unlinked;
  link.place = n.place;
  link.holder = n.change == link_change::waiting ? n.peer : std::string{};
  if (n.change == link_change::up) {
    link.peer = n.peer;
  } else if (n.reason != errc::none) {
    link.reason = n.reason;
  }
  keep(link);
}

void board_view::take(const guest_list& l) {
  if (are(now_.seats.seated, l.seated) && are(now_.seats.waiting, l.waiting)) {
    return;
  }
  auto seats = seats_state{see(l.seated, now_.seats), see(l.waiting, now_.seats)};
  now_.seats = std::move(seats);
  keep(now_.seats);
}

void board_view::take(const round_trip& t) {
  ++now_.round_trips;
  if (now_.last_trips.size() == max_round_trips) {
    now_.last_trips.pop_front();
  }
  now_.last_trips.push_back(t.span);
  keep(t);
}

void board_view::take(const child_news& n) {
  auto& child = now_.children[n.name];
  child.running = n.running;
  if (!n.running) {
    child.reason = n.reason;
    if (n.name == "endpoint") {  // and all guests with it, of whom it cannot tell any more
      take(guest_list{});
    }
  } else if (++child.starts > 1) {
    keep(restart{n.name, child.reason});
  }
}

}  // namespace ledactor::web
