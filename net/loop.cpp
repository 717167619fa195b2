#include "net/loop.hpp"

#include "net/prompt_scribe.hpp"

#include <caf/all.hpp>
#include <caf/io/middleman.hpp>

#include <iterator>
#include <utility>

namespace ledactor::net {

/// Brings the loop, from another thread, to look into its inbox.
class loop::wake final : public runnable {
public:
  explicit wake(loop& owner) : loop_(owner) {}

  resume_result resume(caf::execution_unit* /*unit*/, std::size_t /*max_throughput*/) override {
    loop_.take_inbox();
    return done;
  }

private:
  loop& loop_;
};

loop::loop(caf::actor_system* system)
    : default_multiplexer(system),
      max_throughput_(caf::get_or(system->config(), "caf.scheduler.max-throughput",
                                  caf::defaults::scheduler::max_throughput)),
      wake_(caf::make_counted<wake>(*this)),
      clock_(*this) {}

loop::~loop() {
  take_inbox();
  for (auto* job : jobs_) {  // what has come after `drop_jobs` is too late to be ended
    caf::intrusive_ptr_release(job);
  }
}

void loop::exec_later(caf::resumable* job) {
  if (std::this_thread::get_id() == thread_id()) {
    jobs_.push_back(job);
    return;
  }
  bool is_first = false;
  {
    const std::lock_guard guard{mutex_};
    is_first = inbox_.empty();
    inbox_.push_back(job);
  }
  if (is_first) {
    default_multiplexer::exec_later(caf::intrusive_ptr<wake>{wake_}.release());
  }
}

void loop::take_inbox() {
  const std::lock_guard guard{mutex_};
  jobs_.insert(jobs_.end(), inbox_.begin(), inbox_.end());
  inbox_.clear();
}

void loop::run() {
  clock_.start();
  while (!is_over()) {
    turn(true);
  }
}

void loop::run_once() {
  turn(true);
}

bool loop::try_run_once() {
  return turn(false);
}

/// Whether CAF has closed its own descriptor, and nobody else has one here.
bool loop::is_over() const {
  return num_socket_handlers() == (clock_.is_running() ? 1 : 0);
}

bool loop::turn(bool may_block) {
  const bool had_jobs = run_jobs();
  handle_internal_events();
  if (is_over()) {
    return had_jobs;
  }
  return poll_once(may_block && jobs_.empty()) || had_jobs;
}

bool loop::run_jobs() {
  std::size_t count = 0;
  for (; count < max_jobs_a_turn && !jobs_.empty(); ++count) {
    auto* const job = jobs_.front();
    jobs_.pop_front();
    switch (job->resume(this, max_throughput_)) {
      case caf::resumable::resume_later:
        jobs_.push_back(job);
        break;
      case caf::resumable::shutdown_execution_unit:
        break;  // not one of those that are counted
      default:
        caf::intrusive_ptr_release(job);
    }
  }
  return count > 0;
}

caf::io::scribe_ptr loop::new_scribe(caf::io::network::native_socket fd) {
  return caf::make_counted<prompt_scribe>(*this, fd);
}

void loop::drop_jobs() {
  take_inbox();
  while (!jobs_.empty()) {
    auto* const job = jobs_.front();
    jobs_.pop_front();
    caf::scheduler::abstract_coordinator::cleanup_and_release(job);
  }
}

// CAF's own has a thread, and writes on stdout. What CAF wants printed, its log tells, too.
void loop_scheduler::start() {
  utility_actors_[printer_id] = system_.spawn<caf::hidden + caf::lazy_init>(
      [](caf::event_based_actor* self) -> caf::behavior {
        self->set_default_handler(caf::drop);
        return {[](caf::flush_atom, caf::actor_id) {
        }};
      });
}

void loop_scheduler::stop() {
  caf::anon_send_exit(utility_actors_[printer_id], caf::exit_reason::user_shutdown);
  utility_actors_[printer_id] = nullptr;
  the_loop().drop_jobs();
}

loop& loop_scheduler::the_loop() const noexcept {
  return static_cast<loop&>(system_.middleman().backend());
}

}  // namespace ledactor::net
