#pragma once

#include "net/loop_clock.hpp"

#include <caf/io/network/default_multiplexer.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <deque>
#include <mutex>
#include <vector>

namespace ledactor::net {

/// Most jobs between two looks at the descriptors: so many actors have their turn, then sockets,
/// the board and the timers have theirs.
inline constexpr std::size_t max_jobs_a_turn = 128;

/// The one loop: CAF's multiplexer, on whose thread all actors run, in the order in which they
/// were given something to do. So a message from one actor to another costs no other thread, and
/// nothing that they share a lock.
///
/// A turn is a bounded number of jobs, then what the descriptors and timers ask for. A busy actor,
/// a flood on a socket and one on the board each wait for the others.
///
/// Loaded by `system_config`, as the middleman's backend, with `loop_scheduler`.
/// @par Thread
/// Its own is CAF's `caf.io.mpx`. Other threads may call `exec_later`, and what CAF says may be
/// called.
class loop : public caf::io::network::default_multiplexer {
public:
  explicit loop(caf::actor_system* system);
  ~loop() override;

  /// Has a job done: on the loop's thread at this or the next turn, from another one soon.
  void exec_later(caf::resumable* job) override;

  void run() override;
  void run_once() override;
  bool try_run_once() override;

  /// A connection that sends at once.
  caf::io::scribe_ptr new_scribe(caf::io::network::native_socket fd) override;

  loop_clock& clock() { return clock_; }

  /// Ends all jobs that wait, when the loop runs no more.
  void drop_jobs();

private:
  class wake;

  void take_inbox();
  bool run_jobs();
  bool is_over() const;
  bool turn(bool may_block);

  const std::size_t max_throughput_;  ///< messages a job; conf `caf.scheduler.max-throughput`
  std::deque<caf::resumable*> jobs_;  ///< each holds a reference
  caf::intrusive_ptr<wake> wake_;
  loop_clock clock_;

  std::mutex mutex_;                    ///< guards the inbox
  std::vector<caf::resumable*> inbox_;  ///< jobs that other threads have brought
};

/// What CAF asks for a scheduler: it hands all jobs to the loop, and has its clock.
class loop_scheduler : public caf::scheduler::abstract_coordinator {
public:
  using abstract_coordinator::abstract_coordinator;

  void start() override;
  void stop() override;
  void enqueue(caf::resumable* job) override { the_loop().exec_later(job); }
  caf::actor_clock& clock() noexcept override { return the_loop().clock(); }

private:
  loop& the_loop() const noexcept;
};

}  // namespace ledactor::net
