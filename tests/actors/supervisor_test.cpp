#define CAF_SUITE supervisor

#include "actors/supervisor.hpp"

#include "actors/fan_out.hpp"
#include "actors/link_teller.hpp"
#include "tests/actor_fixture.hpp"

#include <algorithm>
#include <map>
#include <string>

using namespace ledactor;
using namespace std::chrono_literals;

namespace {

/// Stands for any of the supervisor's actors: takes what they are told and writes it down.
template <class Handle, class... Handlers>
typename Handle::behavior_type fake(Handlers... handlers) {
  return {handlers...};
}

struct fixture : test::actor_fixture {
  ~fixture() override { end_all(); }

  using session_stub = caf::typed_actor<caf::result<void>(join_atom)>;

  actor_factories factories() {
    return {
        .chip =
            [this](const supervisor_actor& owner) {
              started.emplace_back("chip");
              return track("chip", sys.spawn([this, owner](chip_actor::pointer me) {
                if (board_fault) {
                  me->quit(board_fault);
                } else {
                  me->send(owner, open_atom_v);
                }
                return fake<chip_actor>(
                    [](ready_atom) {}, [](caf::ping_atom) {},
                    [](write_atom, level_set, std::uint32_t) {}, [](read_atom, std::uint32_t) {},
                    [this](attach_atom, std::uint32_t input, const button_actor&) {
                      told.push_back("chip: button " + std::to_string(input));
                    });
              }));
            },
        .panel =
            [this] {
              started.emplace_back("panel");
              return track("panel", sys.spawn([] {
                return fake<panel_actor>([](const button_change&) {},
                                         [](attach_atom, const levels_sink&) {});
              }));
            },
        .led_bank =
            [this](const chip_actor&) {
              started.emplace_back("led-bank");
              return track("led-bank", sys.spawn([this] {
                return fake<led_bank_actor>([](const peer_levels&) {},
                                            [this](caf::ping_atom) { ++checks; },
                                            [this](attach_atom, const chip_actor&) {
                                              told.emplace_back("led-bank: chip");
                                            });
              }));
            },
        .button =
            [this](std::uint32_t number, const change_sink&) {
              const auto name = "button-" + std::to_string(number + 1);
              started.push_back(name);
              return track(name, sys.spawn([this, name] {
                return fake<button_actor>([](const edge&) {}, [](read_atom, bool) {},
                                          [this, name](attach_atom, const change_sink&) {
                                            told.push_back(name + ": panel");
                                          });
              }));
            },
        .endpoint =
            [this](const supervisor_actor&, const panel_actor&, const led_bank_actor&) {
              started.emplace_back("endpoint");
              return track("endpoint", sys.spawn([this](endpoint_actor::pointer me) {
                me->set_exit_handler([this, me](const caf::exit_msg& msg) {
                  farewells.push_back(to_errc(msg.reason));
                  me->quit(caf::exit_reason::user_shutdown);
                });
                return fake<endpoint_actor>(
                    [this](attach_atom, const panel_actor&) {
                      told.emplace_back("endpoint: panel");
                    },
                    [this](attach_atom, const led_bank_actor&) {
                      told.emplace_back("endpoint: led-bank");
                    });
              }));
            },
    };
  }

  /// Who looks on when nothing but the lines of the links matters.
  watcher_actor teller() {
    const link_sink lines = own(sys.spawn<link_teller_impl>(
        [this](std::string_view line) { announced.emplace_back(line); }));
    return own(sys.spawn<fan_out_impl>(std::vector<watcher_actor>{}, std::vector{lines}));
  }

  template <class Handle>
  Handle track(const std::string& name, const Handle& actor) {
    children[name] = caf::actor_cast<caf::strong_actor_ptr>(actor);
    return actor;
  }

  void start(board_role role, bool exit_when_kicked = true) {
    if (!watcher) {
      watcher = teller();
    }
    top = own(sys.spawn<supervisor_impl>(
        supervisor_config{
            .role = role,
            .num_buttons = 2,
            .exit_when_kicked = exit_when_kicked,
            .watcher = watcher,
            .on_running = [this](const supervisor_actor&) { phases.emplace_back("running"); },
            .on_stopping =
                [this] {
                  phases.emplace_back("stopping");
                }},
        factories()));
    self->monitor(top);
    started.clear();
    told.clear();
  }

  /// The same, and somebody who is told of all of it.
  void start_watched(board_role role, bool exit_when_kicked = true) {
    watcher = test::record_news(*this, watched);
    start(role, exit_when_kicked);
  }

  /// What the watcher was told since the last call.
  std::vector<std::string> news() { return std::exchange(watched, {}); }

  /// A session whose peer is linked.
  session_stub link(const std::string& peer) {
    auto session =
        own(sys.spawn([this, peer](session_stub::pointer me) -> session_stub::behavior_type {
          return {[this, me, peer](join_atom) {
            me->send(top, linked_atom_v, peer);
          }};
        }));
    self->send(session, join_atom_v);
    consume_messages();
    return session;
  }

  void end(const session_stub& session, errc reason) {
    self->send_exit(session, caf::make_error(reason));
    consume_messages();
  }

  void kill(const std::string& name) {
    self->send_exit(children.at(name), caf::exit_reason::kill);
    consume_messages();
  }

  void press_control(bool down = true) {
    self->send(top, button_change{2, down, 1, timestamp{1}});
    consume_messages();
  }

  /// The control line is read, and is pressed.
  void find_control_down() {
    self->send(top, button_change{2, true, 0, timestamp{0}});
    consume_messages();
  }

  /// The chip's board fails in use, and cannot be opened again.
  void take_board_away() {
    board_fault = caf::make_error(errc::not_available, "no chip");
    self->send_exit(children.at("chip"), caf::make_error(errc::board_lost, "unplugged"));
    consume_messages();
  }

  template <class Handle>
  static bool is_terminated(const Handle& actor) {
    return caf::actor_cast<caf::abstract_actor*>(actor)->getf(
        caf::abstract_actor::is_terminated_flag);
  }

  bool has_ended(const std::string& name) const { return is_terminated(children.at(name)); }

  bool is_running() {
    return !caf::actor_cast<caf::abstract_actor*>(top)->getf(
        caf::abstract_actor::is_terminated_flag);
  }

  bool answers_check() {
    auto answer = self->request(top, caf::infinite, check_atom_v);
    consume_messages();
    bool answered = false;
    answer.receive([&] { answered = true; }, [](const caf::error&) {});
    return answered;
  }

  /// How often the metrics say that an actor was started again.
  std::int64_t restarts(const std::string& name) {
    return sys.metrics()
        .counter_instance("ledactor", "restarts", {{"actor", name}}, "", "1", true)
        ->value();
  }

  caf::error verdict() {
    caf::error reason;
    bool ended = false;
    while (self->has_next_message()) {
      self->receive([&](const caf::down_msg& down) {
        reason = down.reason;
        ended = true;
      });
    }
    CHECK(ended);
    return reason;
  }

  using names = std::vector<std::string>;
  caf::error board_fault;  ///< why there is no board; none: there is
  names started;
  names told;
  names announced;
  names watched;
  names phases;           ///< of the program, as they are told
  watcher_actor watcher;  ///< null: one who writes down the lines of the links
  std::vector<errc> farewells;
  int checks = 0;  ///< that the LED bank has answered
  std::map<std::string, caf::strong_actor_ptr> children;
  supervisor_actor top;
};

using names = std::vector<std::string>;

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a supervisor starts one of each, in an order in which they can meet") {
  top = own(sys.spawn<supervisor_impl>(supervisor_config{.num_buttons = 2, .watcher = teller()},
                                       factories()));
  CHECK_EQ(started,
           (names{"chip", "panel", "led-bank", "button-1", "button-2", "button-3", "endpoint"}));
  CHECK_EQ(told, (names{"chip: button 0", "chip: button 1", "chip: button 2"}));
}

SCENARIO("without a board nobody but the chip is started, and the program ends with the reason") {
  board_fault = caf::make_error(errc::not_available, "no chip");
  top = own(sys.spawn<supervisor_impl>(supervisor_config{.num_buttons = 2, .watcher = teller()},
                                       factories()));
  self->monitor(top);
  CHECK_EQ(started, names{"chip"});
  CHECK_EQ(verdict(), errc::not_available);
}

SCENARIO("a board that is lost in use takes all others along, and tells the peers") {
  start(board_role::server);
  take_board_away();
  CHECK_EQ(farewells, std::vector{errc::board_lost});
  for (const auto* name : {"panel", "led-bank", "button-1", "button-3", "endpoint"}) {
    CHECK(has_ended(name));
  }
  CHECK(started.empty());
  CHECK(is_running());
}

SCENARIO("a lost board is tried again for ever, and when it is back all are started") {
  start(board_role::server);
  take_board_away();
  pass(60s);
  CHECK(is_running());
  CHECK(started.size() > 2 * max_restarts);
  CHECK(
      std::all_of(started.begin(), started.end(), [](const auto& name) { return name == "chip"; }));
  board_fault = {};
  started.clear();
  pass(max_board_retry);
  CHECK_EQ(started,
           (names{"chip", "panel", "led-bank", "button-1", "button-2", "button-3", "endpoint"}));
  pass(60s);
  CHECK(!has_ended("endpoint"));
  CHECK_EQ(restarts("endpoint"), 1);
  CHECK_EQ(restarts("chip"), 1);
}

SCENARIO("a program without its board can be told to stop") {
  start(board_role::server);
  take_board_away();
  self->send(top, stop_atom_v);
  consume_messages();
  CHECK(!verdict());
}

SCENARIO("a chip that fails is replaced, and its neighbours meet the new one") {
  start(board_role::server);
  kill("chip");
  CHECK_EQ(started, names{"chip"});
  CHECK_EQ(told, (names{"chip: button 0", "chip: button 1", "chip: button 2", "led-bank: chip",
                        "endpoint: led-bank"}));
}

SCENARIO("a panel that fails is replaced, and its neighbours meet the new one") {
  start(board_role::server);
  kill("panel");
  CHECK_EQ(started, names{"panel"});
  CHECK_EQ(told, (names{"button-1: panel", "button-2: panel", "endpoint: panel"}));
}

SCENARIO("an LED bank that fails is replaced, and the endpoint meets the new one") {
  start(board_role::server);
  kill("led-bank");
  CHECK_EQ(started, names{"led-bank"});
  CHECK_EQ(told, names{"endpoint: led-bank"});
}

SCENARIO("a button that fails is replaced, and the chip meets the new one") {
  start(board_role::server);
  CHECK_EQ(restarts("button-2"), 0);
  kill("button-2");
  CHECK_EQ(started, names{"button-2"});
  CHECK_EQ(restarts("button-2"), 1);
  CHECK_EQ(restarts("button-1"), 0);
  CHECK_EQ(told, names{"chip: button 1"});
}

SCENARIO("an endpoint that fails is replaced") {
  start(board_role::server);
  kill("endpoint");
  CHECK_EQ(started, names{"endpoint"});
}

SCENARIO("five failures in ten seconds are borne, the sixth ends the program") {
  start(board_role::server);
  for (int i = 0; i < 5; ++i) {
    pass(1s);
    kill("button-1");
  }
  CHECK(is_running());
  kill("button-1");
  CHECK_EQ(verdict(), errc::too_many_restarts);
}

SCENARIO("failures further apart are borne for ever") {
  start(board_role::server);
  for (int i = 0; i < 20; ++i) {
    pass(3s);
    kill("led-bank");
  }
  CHECK(is_running());
}

SCENARIO("an actor that can never work ends the program with its reason") {
  start(board_role::server);
  self->send_exit(children.at("panel"), caf::make_error(errc::no_permission, "the gpio group"));
  consume_messages();
  const auto reason = verdict();
  CHECK_EQ(reason, errc::no_permission);
  CHECK_EQ(reason.context().get_as<std::string>(0), "the gpio group");
}

SCENARIO("links are announced as they come and go") {
  start(board_role::server);
  const auto right = link("right");
  end(right, errc::silent);
  CHECK_EQ(announced, (names{"link up right", "link down silent"}));
}

SCENARIO("a place in a queue is announced") {
  start(board_role::client);
  self->send(top, wait_atom_v, std::uint32_t{2}, std::string{"left"});
  consume_messages();
  CHECK_EQ(announced, names{"waiting 2 left"});
}

SCENARIO("a server's control button kicks who has sat longest, once a press") {
  start(board_role::server);
  link("first");
  const auto second = link("second");
  press_control();
  press_control(false);
  CHECK_EQ(announced, (names{"link up first", "link up second", "link down kicked"}));
  CHECK(is_running());
  press_control();
  CHECK_EQ(announced.size(), 4U);
  CHECK(farewells.empty());
}

SCENARIO("a guest who sits and says nothing is kicked, and not announced") {
  start(board_role::server);
  const auto mute = own(sys.spawn([this](session_stub::pointer me) -> session_stub::behavior_type {
    return {[this, me](join_atom) {
      me->send(top, join_atom_v);
    }};
  }));
  self->send(mute, join_atom_v);
  consume_messages();
  press_control();
  CHECK(caf::actor_cast<caf::abstract_actor*>(mute)->getf(caf::abstract_actor::is_terminated_flag));
  CHECK(announced.empty());
}

SCENARIO(
    "who holds the control button down while its actor starts again has not pressed it again") {
  start(board_role::client);
  press_control(false);
  kill("button-3");
  find_control_down();
  CHECK(is_running());
  press_control(false);
  find_control_down();  // after lost edges
  CHECK_EQ(farewells, std::vector{errc::quit});
}

SCENARIO("a control button that is down at the start is no press, until it is pressed again") {
  for (const auto role : {board_role::client, board_role::server}) {
    start(role);
    const auto guest = link("guest");
    find_control_down();
    CHECK(is_running());
    CHECK(!is_terminated(guest));
    press_control(false);
    press_control();
    CHECK_EQ(is_terminated(guest), role == board_role::server);
    CHECK_EQ(farewells, std::vector<errc>(role == board_role::client ? 1U : 0U, errc::quit));
    farewells.clear();
  }
}

SCENARIO("a control button that is down when a lost board comes back is no press") {
  start(board_role::client);
  find_control_down();
  take_board_away();
  board_fault = {};
  pass(max_board_retry);
  find_control_down();
  CHECK(is_running());
  press_control(false);
  press_control();
  CHECK_EQ(farewells.back(), errc::quit);
}

SCENARIO("a press that the control button's first read was ahead of counts") {
  start(board_role::client);
  find_control_down();
  press_control();  // without a release in between: the edge came after the read
  CHECK_EQ(farewells, std::vector{errc::quit});
}

SCENARIO("a board that is lost again at once is tried less and less often") {
  start(board_role::server);
  std::size_t lost = 0;
  for (auto span = 0s; span < 60s; span += 1s) {
    if (!has_ended("chip")) {
      self->send_exit(children.at("chip"), caf::make_error(errc::board_lost, "broken"));
      ++lost;
    }
    pass(1s);
  }
  CHECK(lost < 60);
  CHECK(lost > 10);
}

SCENARIO("a kick with nobody seated does nothing, and is not remembered") {
  start(board_role::server);
  press_control();
  press_control(false);
  link("late");
  CHECK_EQ(announced, names{"link up late"});
}

SCENARIO("a client's control button says goodbye and ends the program") {
  start(board_role::client);
  press_control();
  CHECK_EQ(farewells, std::vector{errc::quit});
  CHECK(!verdict());
}

SCENARIO("a kicked client ends the program") {
  start(board_role::client);
  end(link("left"), errc::kicked);
  CHECK_EQ(announced, (names{"link up left", "kicked", "link down kicked"}));
  CHECK(!verdict());
}

SCENARIO("a kicked client that is to rejoin goes on") {
  start(board_role::client, false);
  end(link("left"), errc::kicked);
  CHECK(is_running());
}

SCENARIO("told to stop, a supervisor ends the network before the board, and itself last") {
  start(board_role::server);
  self->send(top, stop_atom_v);
  consume_messages();
  CHECK_EQ(farewells, std::vector{errc::shutdown});
  for (const auto& [name, actor] : children) {
    CHECK(caf::actor_cast<caf::abstract_actor*>(actor)->getf(
        caf::abstract_actor::is_terminated_flag));
  }
  CHECK(!verdict());
}

SCENARIO("an actor that does not end when told to is killed after the grace") {
  start(board_role::server);
  const auto stuck = own(sys.spawn([this](session_stub::pointer me) -> session_stub::behavior_type {
    me->set_exit_handler([](const caf::exit_msg&) {});
    return {[this, me](join_atom) {
      me->send(top, linked_atom_v, std::string{"stuck"});
    }};
  }));
  self->send(stuck, join_atom_v);
  self->send(top, stop_atom_v);
  consume_messages();
  CHECK(is_running());
  pass(shutdown_grace);
  CHECK(!is_running());
}

SCENARIO("whether all still work is answered by way of the LED bank, and at once without a board") {
  start(board_role::server);
  CHECK(answers_check());
  kill("led-bank");
  CHECK(answers_check());
  CHECK_EQ(checks, 2);
  take_board_away();
  pass(60s);
  CHECK(answers_check());
  CHECK_EQ(checks, 2);
}

SCENARIO("a killed supervisor takes its actors along") {
  start(board_role::server);
  self->send_exit(top, caf::exit_reason::kill);
  consume_messages();
  for (const auto& [name, actor] : children) {
    CHECK(caf::actor_cast<caf::abstract_actor*>(actor)->getf(
        caf::abstract_actor::is_terminated_flag));
  }
}

SCENARIO("a watcher is told that the board is open, and who runs") {
  start_watched(board_role::server);
  CHECK_EQ(news(), (names{"chip runs", "board open", "panel runs", "led-bank runs", "button-1 runs",
                          "button-2 runs", "control runs", "endpoint runs"}));
}

SCENARIO("a watcher is told of an end and of the new start") {
  start_watched(board_role::server);
  news();
  self->send_exit(children.at("panel"), caf::make_error(errc::closed));
  consume_messages();
  const auto told_now = news();
  REQUIRE_EQ(told_now.size(), 2U);
  CHECK(told_now[0].starts_with("panel ended "));
  CHECK(told_now[0].size() > std::string{"panel ended "}.size());
  CHECK_EQ(told_now[1], "panel runs");
}

SCENARIO("a watcher is told that the board is away, once for each reason, and that it is back") {
  start_watched(board_role::server);
  news();
  take_board_away();
  pass(60s);
  const auto is_of_the_board = [](const auto& n) {
    return n.starts_with("board ");
  };
  auto told_now = news();
  const auto is_of_the_chip = [](const auto& n) {
    return n.starts_with("chip ");
  };
  CHECK_EQ(std::count_if(told_now.begin(), told_now.end(), is_of_the_chip), 1);  // not each attempt
  std::erase_if(told_now, [&](const auto& n) { return !is_of_the_board(n); });
  REQUIRE_EQ(told_now.size(), 2U);
  CHECK(told_now[0].find("unplugged") != std::string::npos);
  CHECK(told_now[1].find("no chip") != std::string::npos);
  board_fault = {};
  pass(max_board_retry);
  told_now = news();
  CHECK_EQ(std::count(told_now.begin(), told_now.end(), "chip runs"), 1);
  std::erase_if(told_now, [&](const auto& n) { return !is_of_the_board(n); });
  CHECK_EQ(told_now, names{"board open"});
}

SCENARIO("a watcher is told of links as they come, wait and go, and how many are left") {
  start_watched(board_role::server);
  news();
  const auto left = link("left");
  const auto right = link("right");
  end(left, errc::silent);
  end(right, errc::quit);
  CHECK_EQ(news(),
           (names{"link up 'left' none place 0 linked 1", "link up 'right' none place 0 linked 2",
                  "link down '' silent place 0 linked 1", "link down '' quit place 0 linked 0"}));
}

SCENARIO("a client's watcher is told its place in the queue, and that it was kicked") {
  start_watched(board_role::client, false);
  news();
  self->send(top, wait_atom_v, std::uint32_t{2}, std::string{"holder"});
  consume_messages();
  end(link("left"), errc::kicked);
  CHECK_EQ(
      news(),
      (names{"link waiting 'holder' none place 2 linked 0", "link up 'left' none place 0 linked 1",
             "link kicked '' kicked place 0 linked 0", "link down '' kicked place 0 linked 0"}));
}

SCENARIO("a watcher is told the control button's level") {
  start_watched(board_role::server);
  news();
  press_control();
  press_control(false);
  CHECK_EQ(news(), (names{"control down", "control up"}));
}

SCENARIO("a guest can be kicked by its session, and is then the only one to go") {
  start(board_role::server);
  link("first");
  const auto second = link("second");
  const auto id = second->id();
  self->send(top, kick_atom_v, std::uint64_t{id});
  self->send(top, kick_atom_v, std::uint64_t{id});
  self->send(top, kick_atom_v, std::uint64_t{id + 1000});
  consume_messages();
  CHECK_EQ(announced, (names{"link up first", "link up second", "link down kicked"}));
  CHECK_EQ(sys.metrics().counter_singleton("ledactor", "kicks", "", "1", true)->value(), 1);
  CHECK(is_running());
}

SCENARIO("a client kicks nobody, whoever asks it to") {
  start(board_role::client);
  const auto id = link("left")->id();
  self->send(top, kick_atom_v, std::uint64_t{id});
  consume_messages();
  CHECK_EQ(announced, names{"link up left"});
}

SCENARIO("told to quit, a client takes its leave as with its button, a server as with a signal") {
  start(board_role::client);
  self->send(top, quit_atom_v);
  consume_messages();
  CHECK_EQ(farewells, std::vector{errc::quit});
  CHECK(!verdict());
  farewells.clear();
  start(board_role::server);
  self->send(top, quit_atom_v);
  consume_messages();
  CHECK_EQ(farewells, std::vector{errc::shutdown});
  CHECK(!verdict());
}

SCENARIO("a watcher that hangs is told of few links, and of the newest once it goes on") {
  std::size_t told_links = 0;
  std::string last;
  using stuck_watcher = test::hanging<watcher_actor>;
  const stuck_watcher stuck = own(sys.spawn([&](stuck_watcher::pointer me) {
    auto held = std::make_shared<test::held_answers>();
    return fake<stuck_watcher>([](const levels&) {}, [](const lit_levels&) {},
                               [](const control_level&) {}, [](const guest_list&) {},
                               [](const round_trip&) {}, [](const child_news&) {},
                               [](const board_news&) {},
                               [&told_links, &last, held, me](const link_news& n) {
                                 ++told_links;
                                 last = n.peer;
                                 return held->hold(me);
                               },
                               [held](caf::ok_atom) { held->answer_first(); });
  }));
  watcher = stuck;
  start(board_role::server);
  for (std::size_t i = 0; i < max_unanswered_links; ++i) {
    end(link("guest"), errc::quit);
  }
  link("last");
  CHECK_EQ(told_links, max_unanswered_links);
  self->send(stuck, caf::ok_atom_v);
  consume_messages();
  CHECK_EQ(last, "last");
}

SCENARIO("that all run, and that they are to end, is told once each") {
  start(board_role::server);
  CHECK_EQ(phases, names{"running"});
  CHECK(!has_ended("endpoint"));
  take_board_away();
  board_fault = {};
  pass(max_board_retry);
  kill("panel");
  CHECK_EQ(phases, names{"running"});
  self->send(top, stop_atom_v);
  self->send(top, stop_atom_v);
  consume_messages();
  CHECK_EQ(phases, (names{"running", "stopping"}));
}

SCENARIO("a program that never has its board never tells that it runs") {
  board_fault = caf::make_error(errc::not_available, "no chip");
  start(board_role::server);
  CHECK(!is_running());
  CHECK_EQ(phases, names{});
}

END_FIXTURE_SCOPE()
