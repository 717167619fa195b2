#pragma once

#include "actors/messages.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

namespace ledactor::web {

/// Events that are kept for viewers who come back.
inline constexpr std::size_t max_history = 512;

/// Most of them that are handed out at once; the rest is for the next time.
inline constexpr std::size_t max_catch_up = 64;

/// Round trips that the figures are made of.
inline constexpr std::size_t max_round_trips = 256;

/// Now [s since 1970].
double wall_clock();

/// What the buttons are.
struct buttons_state {
  level_set pressed = 0;
  std::uint32_t seq = 0;
};

/// Whether there is a board to look at.
struct board_state {
  bool open = false;
  std::string reason;  ///< why it is away
};

/// How far the link is.
struct link_state {
  enum class phase { unlinked, waiting, linked };
  link_change change = link_change::down;  ///< what has led to it
  phase now = phase::unlinked;
  std::string peer;          ///< who was linked last
  errc reason = errc::none;  ///< why the last link ended
  std::uint32_t place = 0;   ///< while waiting
  std::string holder;        ///< while waiting
};

/// A guest, and since when it is there [s since 1970].
struct seen_guest {
  guest who;
  double since = 0;
};

/// Who is there.
struct seats_state {
  std::vector<seen_guest> seated;
  std::vector<seen_guest> waiting;
};

/// An actor was started again.
struct restart {
  std::string actor;
  std::string reason;
};

/// Something that viewers are told of.
struct event {
  std::uint64_t id = 0;  ///< counts from 1
  double at = 0;         ///< [s since 1970]
  std::variant<buttons_state, control_level, lit_levels, board_state, link_state, seats_state,
               round_trip, restart>
      what;
};

/// One of the supervisor's actors.
struct child_state {
  component what = component::chip;
  bool running = false;
  std::uint64_t starts = 0;
  std::string reason;  ///< why it ended last
};

/// A board and its link at one moment.
struct board_snapshot {
  std::uint64_t last_event = 0;  ///< the last event that it contains
  buttons_state buttons;
  bool control_pressed = false;
  level_set lit = 0;
  board_state board;
  link_state link;
  seats_state seats;
  std::uint64_t round_trips = 0;                    ///< since the start
  std::deque<std::chrono::nanoseconds> last_trips;  ///< at most `max_round_trips`, oldest first
  std::map<std::string, child_state> children;
};

/// All that viewers can see. Events are shared by all copies.
struct picture {
  board_snapshot now;
  std::deque<std::shared_ptr<const event>> history;  ///< at most `max_history`, oldest first
};

/// What all viewers look at: the watcher writes it, the web server's thread reads it. No viewer can
/// hold the watcher up, though its thread has the least of the processor: it holds the lock to copy
/// a pointer, and reads what that leads to without. What it has a pointer to is never written any
/// more: the watcher makes a copy for itself first. What is kept is bounded.
class board_view {
public:
  using news = std::variant<levels, control_level, lit_levels, board_news, link_news, guest_list,
                            round_trip, child_news>;

  /// @param on_change is told, on the watcher's thread, that there is an event; must not block.
  void on_change(std::function<void()> on_change);

  /// Takes what the actors tell.
  void tell(const news& what);

  /// All as it is now. It stays so, whatever happens meanwhile.
  std::shared_ptr<const picture> look() const;

  board_snapshot now() const { return look()->now; }

  /// The events after one, oldest first: at most `max_catch_up`.
  struct catch_up {
    bool complete = false;  ///< false: some are no longer kept, or that event never was
    std::vector<event> events;
  };

  /// @param id of the last event the viewer knows; 0: none.
  catch_up since(std::uint64_t id) const;

private:
  void take(const levels& l);
  void take(const control_level& c);
  void take(const lit_levels& l);
  void take(const board_news& n);
  void take(const link_news& n);
  void take(const guest_list& l);
  void take(const round_trip& t);
  void take(const child_news& n);

  template <class What>
  void keep(What what);

  void leave_to_viewers();

  mutable std::mutex mutex_;  ///< guards the rest
  std::function<void()> on_change_ = [] {
  };
  std::shared_ptr<picture> own_ = std::make_shared<picture>();
  std::vector<std::shared_ptr<picture>> left_;  ///< to viewers, and ended here
  mutable bool is_seen_ = false;                ///< a viewer has `own_`
};

}  // namespace ledactor::web
