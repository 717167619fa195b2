#include "main/board_site.hpp"

#include "actors/log.hpp"
#include "actors/outbox.hpp"
#include "main/token.hpp"
#include "web/http_client.hpp"
#include "web/watcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace ledactor {

namespace {

std::vector<std::string> names_of(const std::vector<hw::line_id>& lines) {
  std::vector<std::string> names(lines.size());
  std::transform(lines.begin(), lines.end(), names.begin(), hw::to_string);
  return names;
}

const char* wire_word(net::wire_kind wire) {
  return wire == net::wire_kind::native ? "native"
                                        : (wire == net::wire_kind::any ? "any" : "ece387");
}

web::board_facts facts_of(const config& c, const net::shared_keys& keys) {
  const bool is_server = c.role == board_role::server;
  const auto& host = is_server ? c.listen : c.host;
  return {
      .version = LEDACTOR_VERSION,
      .name = c.name,
      .role = c.role,
      .simulated = c.simulated,
      .buttons = names_of(c.gpio.buttons),
      .control = hw::to_string(c.gpio.control),
      .leds = names_of(c.gpio.leds),
      .peer_buttons = names_of(c.peer_buttons),
      .peer_leds = names_of(c.peer_leds),
      .seats = is_server ? c.seats : 1,
      .wire = wire_word(c.wire),
      .fingerprint =
          keys && c.wire != net::wire_kind::ece387 ? keys->front().fingerprint() : std::string{},
      .address = web::host_and_port(host, c.port),
      .started = web::wall_clock(),
      .began = std::chrono::steady_clock::now(),
  };
}

/// Most kicks that the supervisor has not answered yet.
constexpr std::size_t max_unanswered_kicks = 16;

/// Takes viewers' orders to the supervisor, so that they cannot fill its mailbox.
using clerk_actor =
    caf::typed_actor<caf::result<void>(kick_atom, std::uint64_t), caf::result<void>(quit_atom)>;

clerk_actor spawn_clerk(caf::actor_system& system, const supervisor_actor& supervisor) {
  return system.spawn([supervisor](clerk_actor::pointer self) -> clerk_actor::behavior_type {
    using kicks = outbox<supervisor_actor, kick_atom, std::uint64_t>;
    using quits = outbox<supervisor_actor, quit_atom>;
    return {
        [=, box = std::make_shared<kicks>(max_unanswered_kicks)](kick_atom, std::uint64_t session) {
          box->send(self, supervisor, kick_atom_v, session);
        },
        [=, box = std::make_shared<quits>(1)](quit_atom) {
          box->send(self, supervisor, quit_atom_v);
        },
    };
  });
}

}  // namespace

std::variant<std::unique_ptr<board_site>, failure> board_site::make(const config& c,
                                                                    const net::shared_keys& keys) {
  if (!c.web.enabled) {
    return nullptr;
  }
  auto token = read_token(c.web.token_file);
  if (auto* why = std::get_if<failure>(&token)) {
    return std::move(*why);
  }
  try {
    return std::unique_ptr<board_site>{
        new board_site{c, keys, std::get<std::string>(std::move(token))}};
  } catch (const std::system_error& e) {
    const bool is_in_use = e.code() == std::errc::address_in_use;
    const auto where = fmt::format("{} port {}", c.web.listen, c.web.port);
    if (is_in_use && !c.web.is_port_given) {
      process_log::instance().print(fmt::format(
          "ledactor: warning: ledactor.web.port: another process listens on {}, so this "
          "board runs without its page; choose another port",
          where));
      return nullptr;
    }
    return failure{e.code() == std::errc::permission_denied ? exit_permission : exit_unavailable,
                   fmt::format("ledactor.web.port: cannot listen on {}: {}; choose another", where,
                               e.code().message())};
  }
}

board_site::board_site(const config& c, const net::shared_keys& keys, std::string token)
    : facts_(facts_of(c, keys)),
      token_(std::move(token)),
      names_(c.web.names),
      server_(c.web.listen, c.web.port),
      url_(fmt::format("http://{}/", web::host_and_port(c.web.listen, server_.port()))) {
  process_log::instance().history().open();  // from the first line on
  view_->on_change([this] { server_.wake_viewers(); });
}

board_site::~board_site() {
  view_->on_change([] {});
}

watcher_actor board_site::watch(caf::actor_system& system) {
  return system.spawn<web::watcher_impl>(view_, url_);
}

void board_site::open(caf::actor_system& system, const supervisor_actor& supervisor,
                      std::function<bool(std::uint32_t, bool)> move_finger) {
  const auto clerk = spawn_clerk(system, supervisor);
  const auto metrics = std::make_shared<web::metrics_text>(system, facts_.version);
  server_.serve(web::api{facts_,
                         view_,
                         {
                             .move_finger = std::move(move_finger),
                             .kick =
                                 [clerk](std::uint64_t session) {
                                   caf::anon_send(clerk, kick_atom_v, session);
                                 },
                             .quit = [clerk] { caf::anon_send(clerk, quit_atom_v); },
                         },
                         {
                             .components = [&system] { return web::count_components(system); },
                             .metrics = [metrics] { return metrics->read(); },
                         },
                         token_,
                         names_},
                view_);
}

}  // namespace ledactor
