#pragma once

#include "actors/line_limiter.hpp"
#include "actors/messages.hpp"
#include "actors/outbox.hpp"

#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/gauge.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ledactor {

/// More restarts than this within `restart_window` end the program.
inline constexpr std::size_t max_restarts = 5;
inline constexpr std::chrono::seconds restart_window{10};

/// How long each half of a shutdown may take, the network's and the board's, before those who
/// have not ended are killed.
inline constexpr std::chrono::milliseconds shutdown_grace{400};

/// How long after the loss of the board it is opened again: at first, and at most. It doubles in
/// between.
inline constexpr std::chrono::milliseconds min_board_retry{100};
inline constexpr std::chrono::milliseconds max_board_retry{2000};

/// How the supervisor makes its actors, for the first time and again after a failure.
struct actor_factories {
  std::function<chip_actor(const supervisor_actor&)> chip;
  std::function<panel_actor()> panel;
  std::function<led_bank_actor(const chip_actor&)> led_bank;
  /// Button `number`, from 0; the control button comes after the last.
  std::function<button_actor(std::uint32_t number, const change_sink& sink)> button;
  std::function<endpoint_actor(const supervisor_actor&, const panel_actor&, const led_bank_actor&)>
      endpoint;
};

/// What the supervisor needs to know.
struct supervisor_config {
  board_role role = board_role::server;
  std::uint32_t num_buttons = 4;  ///< 1 to `hw::max_lines`, the control button apart
  bool exit_when_kicked = true;   ///< conf `ledactor.client.on-kick`
  watcher_actor watcher = {};     ///< null: nobody looks on
  /// Is told each change of the link, in the words a simulated board prints.
  std::function<void(std::string_view)> announce = [](std::string_view) {
  };
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
  /// An actor that is started again when it fails.
  struct child {
    std::string name;
    std::function<caf::strong_actor_ptr()> start;
    caf::strong_actor_ptr running = nullptr;
    bool was_started = false;
    caf::telemetry::int_counter* restarts = nullptr;
  };

  /// A client's connection, or a server's guest who has a seat.
  struct link {
    caf::strong_actor_ptr session;
    bool up = false;      ///< levels have come from the peer
    bool kicked = false;  ///< it is on its way out
  };

  void plan_children();
  void start(child& c);
  void count_start(child& c);
  void on_open();

  void on_control(const button_change& change);
  void on_linked(const std::string& peer);
  void on_kick(caf::actor_id session);
  void on_waiting(std::uint32_t place, const std::string& holder);
  void on_down(const caf::down_msg& msg);
  void on_exit(const caf::exit_msg& msg);
  void on_link_end(const link& l, const caf::error& reason);
  void on_child_end(child& c, const caf::error& reason);
  void on_board_lost(const caf::error& reason);
  void report_board_away(const caf::error& reason);
  caf::result<caf::strong_actor_ptr> find(const std::string& which) const;

  link& track_sender();
  void kick();
  void kick(link& guest);
  void stop(errc farewell, caf::error verdict = {});
  void end_network(errc farewell);
  void end_board();
  void kill_links();
  void go_on_when_all_ended();
  void retry_board();

  void tell_link(link_change change, const std::string& peer, errc reason, std::uint32_t place = 0);

  /// Tells the watcher, if there is one.
  template <class News>
  void tell(News&& news) {
    if (config_.watcher) {
      self_->send(config_.watcher, std::forward<News>(news));
    }
  }

  bool too_many_restarts();

  supervisor_actor::pointer self_;
  supervisor_config config_;
  actor_factories make_;
  std::vector<child> children_;
  std::deque<link> links_;  ///< in the order in which they sat down
  std::deque<caf::actor_clock::time_point> restarts_;
  bool opened_ = false;  ///< all were started once: the board has worked, so it will again
  bool without_board_ = false;
  caf::actor_clock::time_point opened_at_;
  std::string away_reason_;      ///< why it was away, as last logged
  bool control_is_new_ = false;  ///< the control button's actor was started, and has told nothing
  std::chrono::milliseconds board_retry_ = min_board_retry;
  bool stopping_ = false;
  caf::disposable timer_;  ///< until those who end are killed, or the board is opened again
  caf::error verdict_;
  caf::telemetry::int_gauge* link_up_;
  caf::telemetry::int_counter* kicks_;
  outbox<watcher_actor, link_news> link_news_{max_unanswered_news};
  line_limiter lines_;

  chip_actor chip_;
  panel_actor panel_;
  led_bank_actor led_bank_;
  endpoint_actor endpoint_;
  std::vector<button_actor> buttons_;
};

using supervisor_impl = supervisor_actor::stateful_impl<supervisor_state>;

}  // namespace ledactor
