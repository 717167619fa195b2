#pragma once

#include "actors/messages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

/// @file
/// What a wire has its session do, log or count.

namespace ledactor::net::wire_events {

/// The peer has said who it is.
struct met {
  std::optional<std::uint32_t> heartbeat =
      {};  ///< as its hello says it [ms], on a wire that has one
};

/// The host is to be told of the peer: it asks for a seat (on a server), or has given one or a
/// place in its queue (on a client).
struct arrived {};

/// The seat is the peer's, or ours: levels may flow, and the panel's are wanted.
struct seated {};

/// On a client: its place in the server's queue.
struct placed {
  std::uint16_t place = 0;  ///< from 1
  std::string holder;       ///< who has sat longest
};

/// The first levels have come.
struct linked {};

/// Levels have come.
struct heard {
  level_set lit = 0;
  std::uint32_t seq = 0;
};

/// The LEDs are to show the peer's levels; `wire::shown` or `wire::not_shown` is the answer.
struct show {
  level_set lit = 0;
  std::uint32_t seq = 0;
  std::uint64_t ticket = 0;  ///< for the answer
};

/// Levels are on their way to the peer.
struct sent {
  level_set pressed = 0;                  ///< as they are on the wire
  std::optional<std::uint32_t> seq = {};  ///< on a wire that has one
};

/// The peer's LEDs show what was sent.
struct confirmed {
  std::uint32_t seq = 0;
  std::uint64_t when = 0;  ///< of the edge behind it, as in `levels`; 0: none
};

/// The peer has said farewell.
struct farewell {
  errc reason = errc::none;
  std::string text;
};

/// The peer has sent, or complains of, what is not allowed.
struct refused {
  std::string why;
};

/// This board could not run when it was time to look after the peer.
struct held_up {};

/// The last word was said and taken: our side of the connection can be closed.
struct fell_silent {};

/// The link is over, and the session with it.
struct ended {
  errc reason = errc::none;
};

}  // namespace ledactor::net::wire_events

namespace ledactor::net {

using wire_event =
    std::variant<wire_events::met, wire_events::arrived, wire_events::seated, wire_events::placed,
                 wire_events::linked, wire_events::heard, wire_events::show, wire_events::sent,
                 wire_events::confirmed, wire_events::farewell, wire_events::refused,
                 wire_events::held_up, wire_events::fell_silent, wire_events::ended>;

}  // namespace ledactor::net
