#pragma once

#include "actors/errc.hpp"

#include <caf/all.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// @file
/// What ledactor's actors say to each other: one message, one comment; one interface an actor.
///
/// Every mailbox is bounded, whatever fingers, peers and viewers do and however slow an actor is.
/// The chip takes a bounded number of edges from its board (`hw::max_edges_at_once`), and has its
/// next turn behind the jobs that these have set off; what it has not taken waits in the kernel,
/// or in the pipe that a simulated board reads. What a peer or a viewer sets off is answered before
/// its sender sends more: a session has no more than `net::max_unacknowledged` frames with the LED
/// bank, an `outbox` keeps the newest of what comes too fast, and a seat is not free again, nor a
/// server dialed again, before all that the last session has sent was dealt with
/// (`net::when_settled`).

namespace ledactor {

/// Levels of up to 64 buttons or LEDs: bit n is number n + 1, set when pressed or lit.
using level_set = std::uint64_t;

/// Time on CLOCK_MONOTONIC [ns], as the kernel stamps GPIO edges.
using timestamp = std::chrono::nanoseconds;

/// Which end of the link a board is. conf `ledactor.role`.
enum class board_role : std::uint8_t { server = 0, client = 1 };

/// chip -> button: an input's level changed.
struct edge {
  std::uint32_t input = 0;   ///< buttons from 0, then the control button
  bool active = false;       ///< the level after the edge
  std::uint64_t number = 0;  ///< the board's count of its edges, from 1
  timestamp when{0};
};

/// button -> panel or supervisor: a button's level, free of bounce, has changed.
struct button_change {
  std::uint32_t button = 0;
  bool pressed = false;
  std::uint64_t edge = 0;  ///< the edge behind it; 0: the level was read, not reported
  timestamp when{0};
};

/// panel -> session: the levels of all buttons after a change, or at the session's beginning.
struct levels {
  level_set pressed = 0;
  std::uint32_t seq = 0;  ///< the panel's count of its changes; a press can be followed by it
  timestamp when{0};      ///< the edge behind it; 0: none, the levels as they are
};

/// session -> LED bank: what the peer's buttons ask for. The answer comes once it is written.
struct peer_levels {
  level_set lit = 0;
  std::uint32_t seq = 0;
};

// What a watcher is told. It is told and asks nothing, so that who looks on costs the link nothing.

/// LED bank -> watcher: what the LEDs are to show from now on.
struct lit_levels {
  level_set lit = 0;
  std::uint32_t seq = 0;  ///< of the peer's frame behind it; 0: none
};

/// Supervisor -> watcher: the control button's level.
struct control_level {
  bool pressed = false;
};

/// session -> endpoint -> watcher: the board at the other end of a session.
struct guest {
  std::uint64_t session = 0;             ///< the actor's id
  std::string name;                      ///< see `net::is_valid_name`
  std::uint8_t leds = 0;                 ///< 1 to 64
  std::uint8_t buttons = 0;              ///< 1 to 64
  std::array<std::uint8_t, 16> board{};  ///< see `net::board_id`; not for watchers
};

/// endpoint -> watcher: all who are there after a change, the longest first. On a client that is
/// the server.
struct guest_list {
  std::vector<guest> seated;
  std::vector<guest> waiting;
};

/// session -> watcher: a change of our buttons is shown by the peer's LEDs.
struct round_trip {
  std::uint32_t seq = 0;
  std::chrono::nanoseconds span{0};  ///< from the edge to the acknowledgement, > 0
};

/// What the supervisor's actors are.
enum class component : std::uint8_t { chip, panel, led_bank, button, endpoint };

/// In a word; `ledactor.` and the word is what such an actor logs as.
std::string to_string(component value);

/// Supervisor -> watcher: one of its actors was started, or has ended.
struct child_news {
  std::string name;  ///< such as `button-1`
  component what = component::chip;
  bool running = false;
  std::string reason;  ///< why it has ended
};

/// Supervisor -> watcher: the board was opened, or is not to be had.
struct board_news {
  bool open = false;
  std::string reason;  ///< why it is away
};

/// What can become of a link.
enum class link_change : std::uint8_t { up, down, waiting, kicked };

/// Supervisor -> watcher: a peer is linked, or no longer, or we wait for it.
struct link_news {
  link_change change = link_change::up;
  std::string peer;          ///< up: its name; waiting: who holds the seat
  errc reason = errc::none;  ///< down: why
  std::uint32_t place = 0;   ///< waiting: in the server's queue, from 1
  std::uint32_t linked = 0;  ///< how many peers are linked now
};

// Boards' ids and components stay in the process, so inspection passes them over.

template <class Inspector>
bool inspect(Inspector& f, edge& x) {
  return f.object(x).fields(f.field("input", x.input), f.field("active", x.active),
                            f.field("number", x.number), f.field("when", x.when));
}

template <class Inspector>
bool inspect(Inspector& f, button_change& x) {
  return f.object(x).fields(f.field("button", x.button), f.field("pressed", x.pressed),
                            f.field("edge", x.edge), f.field("when", x.when));
}

template <class Inspector>
bool inspect(Inspector& f, levels& x) {
  return f.object(x).fields(f.field("pressed", x.pressed), f.field("seq", x.seq),
                            f.field("when", x.when));
}

template <class Inspector>
bool inspect(Inspector& f, peer_levels& x) {
  return f.object(x).fields(f.field("lit", x.lit), f.field("seq", x.seq));
}

template <class Inspector>
bool inspect(Inspector& f, lit_levels& x) {
  return f.object(x).fields(f.field("lit", x.lit), f.field("seq", x.seq));
}

template <class Inspector>
bool inspect(Inspector& f, control_level& x) {
  return f.object(x).fields(f.field("pressed", x.pressed));
}

template <class Inspector>
bool inspect(Inspector& f, guest& x) {
  return f.object(x).fields(f.field("session", x.session), f.field("name", x.name),
                            f.field("leds", x.leds), f.field("buttons", x.buttons));
}

template <class Inspector>
bool inspect(Inspector& f, guest_list& x) {
  return f.object(x).fields(f.field("seated", x.seated), f.field("waiting", x.waiting));
}

template <class Inspector>
bool inspect(Inspector& f, round_trip& x) {
  return f.object(x).fields(f.field("seq", x.seq), f.field("span", x.span));
}

template <class Inspector>
bool inspect(Inspector& f, child_news& x) {
  return f.object(x).fields(f.field("name", x.name), f.field("running", x.running),
                            f.field("reason", x.reason));
}

template <class Inspector>
bool inspect(Inspector& f, board_news& x) {
  return f.object(x).fields(f.field("open", x.open), f.field("reason", x.reason));
}

/// The change in one word, as `link up`, on stdout, has it.
std::string to_string(link_change value);
bool from_string(caf::string_view word, link_change& value);
bool from_integer(std::uint8_t number, link_change& value);

template <class Inspector>
bool inspect(Inspector& f, link_change& x) {
  return caf::default_enum_inspect(f, x);
}

template <class Inspector>
bool inspect(Inspector& f, link_news& x) {
  return f.object(x).fields(f.field("change", x.change), f.field("peer", x.peer),
                            f.field("reason", x.reason), f.field("place", x.place),
                            f.field("linked", x.linked));
}

}  // namespace ledactor

CAF_BEGIN_TYPE_ID_BLOCK(ledactor, caf::first_custom_type_id)

CAF_ADD_TYPE_ID(ledactor, (ledactor::errc))
CAF_ADD_TYPE_ID(ledactor, (ledactor::edge))
CAF_ADD_TYPE_ID(ledactor, (ledactor::button_change))
CAF_ADD_TYPE_ID(ledactor, (ledactor::levels))
CAF_ADD_TYPE_ID(ledactor, (ledactor::peer_levels))
CAF_ADD_TYPE_ID(ledactor, (ledactor::lit_levels))
CAF_ADD_TYPE_ID(ledactor, (ledactor::control_level))
CAF_ADD_TYPE_ID(ledactor, (ledactor::guest))
CAF_ADD_TYPE_ID(ledactor, (ledactor::guest_list))
CAF_ADD_TYPE_ID(ledactor, (std::vector<ledactor::guest>))
CAF_ADD_TYPE_ID(ledactor, (ledactor::round_trip))
CAF_ADD_TYPE_ID(ledactor, (ledactor::child_news))
CAF_ADD_TYPE_ID(ledactor, (ledactor::board_news))
CAF_ADD_TYPE_ID(ledactor, (ledactor::link_change))
CAF_ADD_TYPE_ID(ledactor, (ledactor::link_news))

CAF_ADD_ATOM(ledactor, ledactor, attach_atom)   // meet a neighbour that is new, or new again
CAF_ADD_ATOM(ledactor, ledactor, read_atom)     // a line's level as read, not as reported
CAF_ADD_ATOM(ledactor, ledactor, open_atom)     // the board is there
CAF_ADD_ATOM(ledactor, ledactor, ready_atom)    // the board has something to take
CAF_ADD_ATOM(ledactor, ledactor, write_atom)    // set the LEDs
CAF_ADD_ATOM(ledactor, ledactor, greet_atom)    // a session's peer has said its name
CAF_ADD_ATOM(ledactor, ledactor, join_atom)     // a session is connected, or has a seat
CAF_ADD_ATOM(ledactor, ledactor, seat_atom)     // a seat is granted
CAF_ADD_ATOM(ledactor, ledactor, yield_atom)    // a session's board has come again
CAF_ADD_ATOM(ledactor, ledactor, queue_atom)    // a place in our queue, and who holds the seat
CAF_ADD_ATOM(ledactor, ledactor, wait_atom)     // a place in the peer's queue, and the same
CAF_ADD_ATOM(ledactor, ledactor, linked_atom)   // levels have come from the peer
CAF_ADD_ATOM(ledactor, ledactor, dialed_atom)   // an attempt to connect goes on
CAF_ADD_ATOM(ledactor, ledactor, carrier_atom)  // a cable was pulled or plugged in
CAF_ADD_ATOM(ledactor, ledactor, stop_atom)     // end the program
CAF_ADD_ATOM(ledactor, ledactor, quit_atom)     // the same, as its user wishes
CAF_ADD_ATOM(ledactor, ledactor, kick_atom)     // end a peer's session
CAF_ADD_ATOM(ledactor, ledactor, check_atom)    // whether all still work

CAF_END_TYPE_ID_BLOCK(ledactor)

namespace ledactor {

/// An actor that is told of a button: the panel, and for the control button the supervisor.
using change_sink = caf::typed_actor<caf::result<void>(button_change)>;

/// An actor that is told the levels of all buttons: a session, a watcher.
using levels_sink = caf::typed_actor<caf::result<void>(levels)>;

/// An actor that is told what the LEDs show.
using lit_sink = caf::typed_actor<caf::result<void>(lit_levels)>;

/// An actor that is told how the link goes.
using link_sink = caf::typed_actor<caf::result<void>(link_news)>;

/// Who looks on, from the outside of the actors that do the work.
using watcher_actor =
    caf::typed_actor<caf::result<void>(levels), caf::result<void>(lit_levels),
                     caf::result<void>(control_level), caf::result<void>(guest_list),
                     caf::result<void>(round_trip), caf::result<void>(child_news),
                     caf::result<void>(board_news), caf::result<void>(link_news)>;

using button_actor = caf::typed_actor<caf::result<void>(edge),
                                      // The level as the chip read it: at the beginning, after
                                      // edges were lost, and when asked to.
                                      caf::result<void>(read_atom, bool),
                                      // Whom to tell; is told the level as it is.
                                      caf::result<void>(attach_atom, change_sink)>;

using chip_actor = caf::typed_actor<
    // From the watch over the board's descriptor.
    caf::result<void>(ready_atom),
    // Whether the board still answers; it is read.
    caf::result<void>(caf::ping_atom),
    // Sets all LEDs; the number is that of the peer's frame behind it, for the log.
    caf::result<void>(write_atom, level_set, std::uint32_t),
    // From a button: its input's level is to be read, and told to it.
    caf::result<void>(read_atom, std::uint32_t),
    // The button that gets an input's edges; it is told its level.
    caf::result<void>(attach_atom, std::uint32_t, button_actor)>;

using panel_actor =
    caf::typed_actor<caf::result<void>(button_change),
                     // Somebody wants the levels: at once, and at each change until it ends.
                     caf::result<void>(attach_atom, levels_sink)>;

using led_bank_actor = caf::typed_actor<caf::result<void>(peer_levels),
                                        // The same, by way of the chip.
                                        caf::result<void>(caf::ping_atom),
                                        // The chip is new: write all LEDs again.
                                        caf::result<void>(attach_atom, chip_actor)>;

using endpoint_actor = caf::typed_actor<
    // For the sessions: whose levels to send on.
    caf::result<void>(attach_atom, panel_actor),
    // For the sessions: where the peer's levels go.
    caf::result<void>(attach_atom, led_bank_actor)>;

using supervisor_actor = caf::typed_actor<
    // The control button: quit on a client, kick on a server.
    caf::result<void>(button_change),
    // From the chip: its board is open, so the others can work.
    caf::result<void>(open_atom),
    // From a session: on a client, that it is connected; on a server, that its peer has a seat.
    caf::result<void>(join_atom),
    // From a session: its peer, of that name, is linked.
    caf::result<void>(linked_atom, std::string),
    // From a session: its place in the server's queue, and who holds the seat.
    caf::result<void>(wait_atom, std::uint32_t, std::string),
    // Whether it has dealt with all that came before.
    caf::result<void>(caf::ping_atom),
    // End the program in good order.
    caf::result<void>(stop_atom),
    // The same, as a client's control button does.
    caf::result<void>(quit_atom),
    // End the session of that id, if its peer has a seat.
    caf::result<void>(kick_atom, std::uint64_t),
    // Whether all still work; answered by way of the LED bank and the chip, if they are there.
    caf::result<void>(check_atom)>;

}  // namespace ledactor

// The interfaces whose handles are themselves sent around.
CAF_BEGIN_TYPE_ID_BLOCK(ledactor_handles, caf::id_block::ledactor::end)

CAF_ADD_TYPE_ID(ledactor_handles, (ledactor::change_sink))
CAF_ADD_TYPE_ID(ledactor_handles, (ledactor::levels_sink))
CAF_ADD_TYPE_ID(ledactor_handles, (ledactor::button_actor))
CAF_ADD_TYPE_ID(ledactor_handles, (ledactor::chip_actor))
CAF_ADD_TYPE_ID(ledactor_handles, (ledactor::panel_actor))
CAF_ADD_TYPE_ID(ledactor_handles, (ledactor::led_bank_actor))

CAF_END_TYPE_ID_BLOCK(ledactor_handles)

namespace ledactor {

/// Registers all types above with CAF; before any actor system or configuration exists.
void init_messages();

}  // namespace ledactor
