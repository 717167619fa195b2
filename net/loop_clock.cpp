#include "net/loop_clock.hpp"

#include "net/loop.hpp"

#include <cerrno>
#include <sys/timerfd.h>
#include <system_error>
#include <utility>

namespace ledactor::net {

namespace {

int make_timer() {
  const int fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd < 0) {
    throw std::system_error{errno, std::generic_category(), "timerfd_create"};
  }
  return fd;
}

/// A time as timerfd_settime(2) has it. Zero would turn the timer off.
timespec to_timespec(caf::actor_clock::time_point when) {
  const auto span = std::max(when.time_since_epoch(), caf::actor_clock::duration_type{1});
  const auto seconds = std::chrono::floor<std::chrono::seconds>(span);
  return {static_cast<time_t>(seconds.count()), static_cast<long>((span - seconds).count())};
}

}  // namespace

loop_clock::loop_clock(loop& owner) : event_handler(owner, make_timer()), loop_(owner) {}

caf::disposable loop_clock::schedule_periodically(time_point first_run, caf::action f,
                                                  duration_type period) {
  auto handle = caf::action{f}.as_disposable();
  loop_.dispatch([this, first_run, f = std::move(f), period]() mutable {
    add(first_run, std::move(f), period);
  });
  return handle;
}

void loop_clock::start() {
  activate();
  loop_.handle_internal_events();
}

void loop_clock::add(time_point when, caf::action f, duration_type period) {
  if (entries_.size() >= many_) {
    forget_disposed();
  }
  entries_.emplace(when, entry{std::move(f), period});
  if (!set_for_ || when < *set_for_) {
    set_timer();
  }
}

/// A disposed action keeps its actor's memory. There are never more of them than of the others, but
/// for a few.
void loop_clock::forget_disposed() {
  std::erase_if(entries_, [](const auto& e) { return e.second.run.disposed(); });
  many_ = std::max<std::size_t>(64, 2 * entries_.size());
}

void loop_clock::handle_event(caf::io::network::operation /*op*/) {
  run_due();
  set_timer();
}

void loop_clock::run_due() {
  const auto now = this->now();
  while (!entries_.empty() && entries_.begin()->first <= now) {
    auto due = entries_.extract(entries_.begin());
    auto& [f, period] = due.mapped();
    if (f.run() == caf::action::transition::success && period.count() > 0
        && f.reschedule() == caf::action::transition::success) {
      do {
        due.key() += period;  // CAF's own clock, too, leaves out what it is late for
      } while (due.key() <= now);
      entries_.insert(std::move(due));
    }
  }
}

/// Sets the timer for what is due first, which also makes it silent if it went off.
void loop_clock::set_timer() {
  while (!entries_.empty() && entries_.begin()->second.run.disposed()) {
    entries_.erase(entries_.begin());
  }
  itimerspec when{};
  set_for_.reset();
  if (!entries_.empty()) {
    set_for_ = entries_.begin()->first;
    when.it_value = to_timespec(*set_for_);
  }
  ::timerfd_settime(fd(), TFD_TIMER_ABSTIME, &when, nullptr);
}

// It stays in the loop as long as that runs.
void loop_clock::removed_from_loop(caf::io::network::operation /*op*/) {}
void loop_clock::graceful_shutdown() {}

}  // namespace ledactor::net
