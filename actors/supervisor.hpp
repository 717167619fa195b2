#pragma once

#include "actors/child_table.hpp"
#include "actors/crew.hpp"
#include "actors/line_limiter.hpp"
#include "actors/link_table.hpp"
#include "actors/messages.hpp"
#include "actors/outbox.hpp"

#include <caf/telemetry/counter.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace ledactor {

/// How long each half of a shutdown may take, the network's and the board's, before those who
/// have not ended are killed.
inline constexpr std::chrono::milliseconds shutdown_grace{400};

/// How long after the loss of the board it is opened again: at first, and at most. It doubles in
/// between.
inline constexpr std::chrono::milliseconds min_board_retry{100};
inline constexpr std::chrono::milliseconds max_board_retry{2000};

/// What the supervisor needs to know.
struct supervisor_config {
  board_role role = board_role::server;
  std::uint32_t num_buttons = 4;  ///< 1 to `hw::max_lines`, the control button apart
  bool exit_when_kicked = true;   ///< conf `ledactor.client.on-kick`
  watcher_actor watcher;          ///< is told of the board, the links and all levels
  /// Is told, once each, that all actors have been started, and that they are to end.
  std::function<void(const supervisor_actor&)> on_running = [](const supervisor_actor&) {
  };
  std::function<void()> on_stopping = [] {
  };
};

/// Starts the chip, and all other actors when its board is open. Restarts each that fails, one for
/// one, and introduces the new one to its neighbours. Turns the control button into a kick or a
/// quit, by tearing the session down.
///
/// A board that is lost in use takes all others along, so that the peers are told, and is opened
/// again until it is back.
///
/// main() owns it. It ends on `stop_atom`, with a kick or quit that ends the program, or with the
/// error that keeps the board from working in the first place.
class supervisor_state {
public:
  static inline const char* name = "ledactor.supervisor";

  supervisor_state(supervisor_actor::pointer self, supervisor_config config, actor_factories make);

  supervisor_state(const supervisor_state&) = delete;
  supervisor_state& operator=(const supervisor_state&) = delete;

  /// Ends what still runs, however the supervisor itself has ended.
  ~supervisor_state();

  supervisor_actor::behavior_type make_behavior();

private:
  enum class phase {
    starting,  ///< the chip alone was started; its board was never open
    running,   ///< all were started
    clearing,  ///< the board was lost, and all others are to end
    away,      ///< they have; the chip is started again and again until its board is open
    stopping   ///< all are to end, and the program with them
  };

  void start(child& c);
  void count_start(child& c);
  void on_open();

  void on_control(const button_change& change);
  void on_linked(const std::string& peer);
  void on_kick(caf::actor_id session);
  void on_waiting(std::uint32_t place, const std::string& holder);
  caf::result<void> on_check();
  void on_down(const caf::down_msg& msg);
  void on_link_end(const link& l, const caf::error& reason);
  void on_child_end(child& c, const caf::error& reason);
  void on_board_lost(const caf::error& reason);
  void report_board_away(const caf::error& reason);

  void track_sender();
  void kick(const caf::strong_actor_ptr& session);
  void restart(child& c, const caf::error& reason);
  void stop(errc farewell, caf::error verdict = {});
  void end_network(errc farewell);
  void end_board();
  void end_children(caf::exit_reason reason);
  void kill_links();
  void go_on_when_all_ended();
  void retry_board();

  void tell_link(link_change change, const std::string& peer, errc reason, std::uint32_t place = 0);

  supervisor_actor::pointer self_;
  supervisor_config config_;
  phase phase_ = phase::starting;
  child_table children_;
  crew crew_;
  link_table links_;
  caf::actor_clock::time_point opened_at_;
  std::string away_reason_;      ///< why it was away, as last logged
  bool control_is_new_ = false;  ///< the control button's actor was started, and has told nothing
  std::chrono::milliseconds board_retry_ = min_board_retry;
  caf::disposable timer_;  ///< until those who end are killed, or the board is opened again
  caf::error verdict_;
  caf::telemetry::int_counter* kicks_;
  outbox<watcher_actor, link_news> link_news_{max_unanswered_links};
  line_limiter lines_;
};

using supervisor_impl = supervisor_actor::stateful_impl<supervisor_state>;

}  // namespace ledactor
