#pragma once

#include "tests/net/session_fixture.hpp"

#include <vector>

namespace ledactor::net::test {

using frames = std::vector<frame>;

/// A session that speaks the native wire.
struct native_fixture : session_fixture {
  /// The peer sends frames.
  void peer_says(const frames& all) {
    std::vector<std::uint8_t> bytes;
    for (const auto& f : all) {
      append_frame(bytes, f);
    }
    peer_sends(bytes);
  }

  /// What the session has said since the last call.
  frames said() {
    frame_reader reader;
    const auto& out = mpx.output_buffer(connection);
    reader.feed({reinterpret_cast<const std::uint8_t*>(out.data()), out.size()});
    frames all;
    while (auto f = reader.next()) {
      all.push_back(std::move(*f));
    }
    mpx.output_buffer(connection).clear();
    return all;
  }

  void link_as_server() {
    start(board_role::server);
    peer_says({peer_hello(1)});
    seat_peer();
    peer_takes_all();
    said();
  }

  static hello peer_hello(std::uint8_t role) { return {1, role, 4, 4, "there"}; }
};

}  // namespace ledactor::net::test
