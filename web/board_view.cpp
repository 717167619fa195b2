#include "web/board_view.hpp"

#include <algorithm>
#include <iterator>
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
  leave_to_viewers();
  const auto before = own_->now.last_event;
  std::visit([this](const auto& n) { take(n); }, what);
  if (own_->now.last_event != before) {
    on_change_();
  }
}

void board_view::on_change(std::function<void()> on_change) {
  const std::lock_guard guard{mutex_};
  on_change_ = std::move(on_change);
}

std::shared_ptr<const picture> board_view::look() const {
  const std::lock_guard guard{mutex_};
  is_seen_ = true;
  return own_;
}

// What viewers have left, too, ends here and not with them: their thread may be stopped at any
// moment, also while it holds a lock of malloc's.
void board_view::leave_to_viewers() {
  if (std::exchange(is_seen_, false)) {
    std::erase_if(left_, [](const auto& each) { return each.use_count() == 1; });
    left_.push_back(std::exchange(own_, std::make_shared<picture>(*own_)));
  }
}

board_view::catch_up board_view::since(std::uint64_t id) const {
  const auto seen = look();
  const auto missed = seen->now.last_event - id;  // of an id from the future: more than are kept
  if (missed > seen->history.size()) {
    return {};
  }
  catch_up found{true, {}};
  const auto first = seen->history.end() - static_cast<std::ptrdiff_t>(missed);
  const auto count = std::min<std::ptrdiff_t>(seen->history.end() - first, max_catch_up);
  std::transform(first, first + count, std::back_inserter(found.events),
                 [](const auto& each) { return *each; });
  return found;
}

template <class What>
void board_view::keep(What what) {
  auto& history = own_->history;
  if (history.size() == max_history) {
    history.pop_front();
  }
  history.push_back(
      std::make_shared<const event>(event{++own_->now.last_event, wall_clock(), std::move(what)}));
}

void board_view::take(const levels& l) {
  own_->now.buttons = {l.pressed, l.seq};
  keep(own_->now.buttons);
}

void board_view::take(const control_level& c) {
  own_->now.control_pressed = c.pressed;
  keep(c);
}

void board_view::take(const lit_levels& l) {
  if (std::exchange(own_->now.lit, l.lit) != l.lit) {
    keep(l);
  }
}

// What a board that is away had pressed and lit, nobody knows.
void board_view::take(const board_news& n) {
  own_->now.board = {n.open, n.reason};
  keep(own_->now.board);
  if (!n.open) {
    take(levels{0, own_->now.buttons.seq, timestamp{0}});
    take(control_level{});
    take(lit_levels{});
  }
}

void board_view::take(const link_news& n) {
  auto& link = own_->now.link;
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
  if (are(own_->now.seats.seated, l.seated) && are(own_->now.seats.waiting, l.waiting)) {
    return;
  }
  auto seats = seats_state{see(l.seated, own_->now.seats), see(l.waiting, own_->now.seats)};
  own_->now.seats = std::move(seats);
  keep(own_->now.seats);
}

void board_view::take(const round_trip& t) {
  ++own_->now.round_trips;
  if (own_->now.last_trips.size() == max_round_trips) {
    own_->now.last_trips.pop_front();
  }
  own_->now.last_trips.push_back(t.span);
  keep(t);
}

void board_view::take(const child_news& n) {
  auto& child = own_->now.children[n.name];
  child.what = n.what;
  child.running = n.running;
  if (!n.running) {
    child.reason = n.reason;
    if (n.what == component::endpoint) {  // and all guests with it, of whom it cannot tell any more
      take(guest_list{});
    }
  } else if (++child.starts > 1) {
    keep(restart{n.name, child.reason});
  }
}

}  // namespace ledactor::web
