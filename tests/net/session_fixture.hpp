#pragma once

#include "actors/fan_out.hpp"
#include "net/session.hpp"
#include "tests/actor_fixture.hpp"

#include <caf/io/network/test_multiplexer.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace ledactor::net::test {

inline constexpr board_id own_board{1, 2, 3};

struct io_config : caf::actor_system_config {
  io_config() {
    load<caf::io::middleman>();
    set("caf.metrics-filters.actors.includes", std::vector<std::string>{"ledactor.*"});
  }
};

/// One session, whose connection is a pair of buffers. Its peer is the test; its neighbours write
/// down what they are told, and fail on what they are not to be told.
struct session_fixture : ledactor::test::basic_fixture<io_config> {
  ~session_fixture() override { end_all(); }

  bool consume_message() override { return sched.try_run_once() || mpx.try_exec_runnable(); }

  void start(board_role role) {
    config.role = role;
    if (!watcher) {
      watcher =
          own(sys.spawn<fan_out_impl>(std::vector<watcher_actor>{}, std::vector<link_sink>{}));
    }
    const session_neighbours neighbours{new_host(), new_supervisor(), new_panel(),
                                        new_led_bank(shown), watcher};
    session = own(spawn_session(mpx, mpx.new_scribe(connection), config, neighbours));
    self->monitor(session);
  }

  session_host new_host() {
    return own(sys.spawn([this]() -> session_host::behavior_type {
      return {[this](greet_atom, const guest& peer) {
        greetings.push_back(peer.name);
      }};
    }));
  }

  supervisor_actor new_supervisor() {
    return own(sys.spawn([this]() -> supervisor_actor::behavior_type {
      return {[](const button_change&) { CAF_FAIL("no buttons from a session"); },
              [](open_atom) { CAF_FAIL("a session has no board"); },
              [this](join_atom) { news.emplace_back("greeted"); },
              [this](linked_atom, const std::string& peer) { news.push_back("linked " + peer); },
              [this](wait_atom, std::uint32_t place, const std::string& holder) {
                news.push_back("waiting " + std::to_string(place) + " " + holder);
              },
              [this](caf::ping_atom) { news.emplace_back("asked"); },
              [](stop_atom) { CAF_FAIL("a session stops nobody"); },
              [](quit_atom) { CAF_FAIL("a session quits nobody"); },
              [](kick_atom, std::uint64_t) { CAF_FAIL("a session kicks nobody"); },
              [](check_atom) {
                CAF_FAIL("a session checks nobody");
              }};
    }));
  }

  panel_actor new_panel() {
    return own(sys.spawn([this]() -> panel_actor::behavior_type {
      return {[](const button_change&) { CAF_FAIL("no buttons from a session"); },
              [this](attach_atom, const levels_sink& sink) {
                attached.push_back(sink);
              }};
    }));
  }

  led_bank_actor new_led_bank(std::vector<level_set>& log) {
    return own(sys.spawn([&log]() -> led_bank_actor::behavior_type {
      return {[&log](const peer_levels& levels) { log.push_back(levels.lit); },
              [](caf::ping_atom) { CAF_FAIL("a session waits for nobody"); },
              [](attach_atom, const chip_actor&) {
                CAF_FAIL("no chips from a session");
              }};
    }));
  }

  /// An LED bank that answers when the test does.
  led_bank_actor new_slow_led_bank(std::vector<caf::typed_response_promise<void>>& answers) {
    return own(sys.spawn([&answers](led_bank_actor::pointer bank) -> led_bank_actor::behavior_type {
      return {[&answers, bank](const peer_levels&) -> caf::result<void> {
                return answers.emplace_back(bank->make_response_promise<void>());
              },
              [](caf::ping_atom) { CAF_FAIL("a session waits for nobody"); },
              [](attach_atom, const chip_actor&) {
                CAF_FAIL("no chips from a session");
              }};
    }));
  }

  /// A server's session: its peer gets a seat.
  void seat_peer() {
    self->send(session, seat_atom_v);
    consume_messages();
  }

  void panel_says(level_set pressed, std::uint32_t seq) {
    self->send(session, levels{pressed, seq, timestamp{seq}});
    consume_messages();
  }

  void peer_sends(const std::vector<std::uint8_t>& bytes) {
    caf::byte_buffer buffer;
    for (const auto b : bytes) {
      buffer.push_back(static_cast<caf::byte>(b));
    }
    mpx.virtual_send(connection, buffer);
    consume_messages();
  }

  /// The peer's side takes all bytes, as the test multiplexer does not do by itself.
  void peer_takes_all() {
    const auto size = mpx.output_buffer(connection).size();
    mpx.impl_ptr(connection)->data_transferred(&mpx, size, 0);
    consume_messages();
  }

  void peer_closes() {
    mpx.impl_ptr(connection)->io_failure(&mpx, caf::io::network::operation::read);
    consume_messages();
  }

  /// How many messages wait in the mailboxes of sessions, as the metrics tell it.
  std::int64_t waiting_messages() {
    auto* sizes = sys.metrics().gauge_family("caf.actor", "mailbox-size", {"name"}, "");
    return sizes->get_or_add({{"name", "ledactor.session"}})->value();
  }

  /// How the session ended; `errc::none` if it has not.
  errc ended() {
    errc reason = errc::none;
    while (self->has_next_message()) {
      self->receive([&](const caf::down_msg& down) { reason = to_errc(down.reason); });
    }
    return reason;
  }

  watcher_actor watcher;  ///< null before the start: one that tells nobody
  session_config config{{.name = "here", .board = own_board}};
  caf::io::network::test_multiplexer& mpx =
      dynamic_cast<caf::io::network::test_multiplexer&>(sys.middleman().backend());
  caf::io::connection_handle connection =
      caf::io::connection_handle::from_int(1'000'000);  // no descriptor of this process
  std::vector<std::string> greetings;
  std::vector<std::string> news;
  std::vector<levels_sink> attached;
  std::vector<level_set> shown;
  session_actor session;
};

using words = std::vector<std::string>;

}  // namespace ledactor::net::test
