#pragma once

#include "tests/net/frames.hpp"
#include "tests/net/session_fixture.hpp"

#include <optional>

namespace ledactor::net::test {

/// A session that speaks the native wire.
struct native_fixture : session_fixture {
  /// The peer sends frames.
  void peer_says(const frames& all) { peer_sends(bytes_of(all)); }

  /// What the session has said since the last call.
  frames said() {
    auto& out = mpx.output_buffer(connection);
    auto all = frames_in({reinterpret_cast<const std::uint8_t*>(out.data()), out.size()});
    out.clear();
    return all;
  }

  void link_as_server() {
    start(board_role::server);
    peer_says({peer_hello(1)});
    seat_peer();
    peer_takes_all();
    said();
  }

  /// Time, in steps of 100 ms, in which the peer reads, and says that it lives.
  void pass_with_heartbeats(caf::timespan span) {
    constexpr std::chrono::milliseconds step{100};
    for (; span.count() > 0; span -= step) {
      peer_says({heartbeat{}});
      pass(step);
      peer_takes_all();
    }
  }

  /// Time that passes while this board cannot run: no timer comes when it is due.
  void late_tick() {
    advance_time(config.dead_after + 2 * config.heartbeat);
    consume_messages();
  }

  /// The peer's board comes again on another connection.
  /// @returns whether the session makes room for it now.
  bool board_comes_again(bool proved) {
    std::optional<bool> answer;
    own(sys.spawn([&](caf::event_based_actor* endpoint) {
      endpoint->request(session, caf::infinite, yield_atom_v, proved).then([&](bool is_ghost) {
        answer = is_ghost;
      });
    }));
    return answer.value();
  }

  /// What a session with the fixture's configuration says first.
  static hello own_hello(std::uint8_t role) { return {1, role, 4, 4, "here", 1000, own_board}; }

  /// A program's that says neither its heartbeat nor its board.
  static hello peer_hello(std::uint8_t role) { return {1, role, 4, 4, "there"}; }
};

}  // namespace ledactor::net::test
