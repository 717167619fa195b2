#pragma once

#include "net/native_wire.hpp"
#include "tests/net/frames.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ledactor::net::test {

using words = std::vector<std::string>;

/// A native wire, without a session: the test is its peer, its neighbours and its clock.
struct wire_fixture {
  void start(board_role role) {
    config.role = role;
    waiting_ = 0;
    end_reason_ = errc::none;
    ours = std::make_unique<native_wire>(config, now);
    ours->open(now);
    see_to_it();
  }

  void link_as_server() {
    start(board_role::server);
    peer_says({peer_hello(1)});
    seat_peer();
    peer_takes_all();
    said();
  }

  void peer_sends(const std::vector<std::uint8_t>& bytes) {
    ours->receive(bytes, now);
    see_to_it();
  }

  void peer_says(const frames& all) { peer_sends(bytes_of(all)); }

  /// What the wire has said since the last call.
  frames said() {
    auto all = frames_in(said_bytes_);
    said_bytes_.clear();
    return all;
  }

  /// The peer's side takes all bytes.
  void peer_takes_all() {
    waiting_ = 0;
    ours->taken(0, now);
    see_to_it();
  }

  void seat_peer() {
    ours->seat(now);
    see_to_it();
  }

  void panel_says(level_set pressed, std::uint32_t seq) {
    ours->press({pressed, seq, timestamp{seq}}, now);
    see_to_it();
  }

  bool board_comes_again(bool proved) {
    const bool is_ghost = ours->yield(proved, now);
    see_to_it();
    return is_ghost;
  }

  void end_with(errc why) {
    ours->end(why, {}, now);
    see_to_it();
  }

  void peer_closes() {
    ours->close();
    see_to_it();
  }

  /// Lets time pass, from one deadline to the next.
  void pass(std::chrono::nanoseconds span) {
    const auto until = now + span;
    while (ours->deadline() <= until) {
      late_by(std::max(ours->deadline() - now, std::chrono::nanoseconds{0}));
    }
    now = until;
  }

  /// Time that passes while this board cannot run: no timer comes when it is due.
  void late_by(std::chrono::nanoseconds span) {
    now += span;
    ours->tick(now);
    see_to_it();
  }

  void late_tick() { late_by(config.dead_after + 2 * config.heartbeat); }

  /// Time, in steps of 100 ms, in which the peer reads, and says that it lives.
  void pass_with_heartbeats(std::chrono::nanoseconds span) {
    constexpr std::chrono::milliseconds step{100};
    for (; span.count() > 0; span -= step) {
      peer_says({heartbeat{}});
      pass(step);
      peer_takes_all();
    }
  }

  /// How the wire ended; `errc::none` if it has not.
  errc ended() const { return end_reason_; }

  static hello peer_hello(std::uint8_t role) { return {1, role, 4, 4, "there"}; }

  wire_config config{.name = "here"};
  wire::time_point now{std::chrono::hours{24}};
  std::unique_ptr<native_wire> ours;
  std::vector<level_set> shown;  ///< what the LEDs, which answer at once, were to show
  words greetings;               ///< peers' names, as the host is told of them

private:
  /// As a session does at the end of its turn.
  void see_to_it() {
    while (!ours->events().empty()) {
      for (const auto& event : std::exchange(ours->events(), {})) {
        if (const auto* show = std::get_if<wire_events::show>(&event)) {
          shown.push_back(show->lit);
          ours->shown(show->ticket, now);
        } else if (std::holds_alternative<wire_events::arrived>(event)) {
          greetings.push_back(ours->peer().name);
        } else if (const auto* end = std::get_if<wire_events::ended>(&event)) {
          CHECK_EQ(end_reason_, errc::none);
          end_reason_ = end->reason;
        }
      }
    }
    auto& out = ours->output();
    if (!out.empty()) {
      said_bytes_.insert(said_bytes_.end(), out.begin(), out.end());
      waiting_ += out.size();
      out.clear();
      ours->written(waiting_, now);
    }
  }

  std::vector<std::uint8_t> said_bytes_;
  std::size_t waiting_ = 0;  ///< bytes that wait for the peer to take them
  errc end_reason_ = errc::none;
};

}  // namespace ledactor::net::test
