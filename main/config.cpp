#include "main/config.hpp"

#include "main/options.hpp"
#include "net/frame.hpp"
#include "net/socket.hpp"

#include <caf/config_value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <unistd.h>

namespace ledactor {

namespace {

hw::line_id to_line_id(const caf::config_value& line) {
  const auto* offset = caf::get_if<std::int64_t>(&line);
  return offset != nullptr ? hw::line_id{static_cast<std::uint32_t>(*offset)}
                           : hw::line_id{caf::get<std::string>(line)};
}

/// Reads values that are known to be good.
class reader {
public:
  explicit reader(const caf::settings& settings) : settings_(settings) {}

  template <class T>
  T get(const std::string& key) const {
    return caf::get<T>(settings_, "ledactor." + key);
  }

  bool has(const std::string& key) const {
    return caf::get_if(&settings_, "ledactor." + key) != nullptr;
  }

  bool is(const std::string& key, std::string_view word) const {
    return get<std::string>(key) == word;
  }

  std::vector<hw::line_id> lines(const std::string& key) const {
    std::vector<hw::line_id> ids;
    for (const auto& line : get<caf::config_value::list>(key)) {
      ids.push_back(to_line_id(line));
    }
    return ids;
  }

  /// Of a key that may be missing, and have one text or a list.
  std::vector<std::string> texts(const std::string& key) const {
    std::vector<std::string> all;
    if (const auto* value = caf::get_if(&settings_, "ledactor." + key)) {
      if (const auto* one = caf::get_if<std::string>(value)) {
        all.push_back(*one);
      } else {
        for (const auto& each : get<caf::config_value::list>(key)) {
          all.push_back(caf::get<std::string>(each));
        }
      }
    }
    return all;
  }

  hw::line_id line(const std::string& key) const {
    return to_line_id(*caf::get_if(&settings_, "ledactor." + key));
  }

private:
  const caf::settings& settings_;
};

/// Two, so that a pair on one machine just works.
std::uint16_t default_web_port(bool is_server) {
  return is_server ? 23880 : 23881;
}

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  const std::string result = std::string{name.data()}.substr(0, net::max_name_length);
  return net::is_valid_name(result) ? result : "board";
}

link_loss_policy to_policy(const std::string& word) {
  return word == "off" ? link_loss_policy::off
                       : (word == "on" ? link_loss_policy::on : link_loss_policy::hold);
}

net::wire_kind to_wire(const std::string& word) {
  return word == "native" ? net::wire_kind::native
                          : (word == "any" ? net::wire_kind::any : net::wire_kind::ece387);
}

hw::input_bias to_bias(const std::string& word) {
  return word == "pull-up"     ? hw::input_bias::pull_up
         : word == "pull-down" ? hw::input_bias::pull_down
         : word == "disabled"  ? hw::input_bias::disabled
                               : hw::input_bias::as_is;
}

/// Most lines that one request can hold: GPIO_V2_LINES_MAX of the kernel's ABI.
constexpr std::size_t max_requested_lines = 64;

/// A line's name as on a Raspberry Pi, so that 17 and "GPIO17" are seen to be the same. Which line
/// it is on a chip that is there, that chip tells.
std::string name_of(const hw::line_id& line) {
  const auto* offset = std::get_if<std::uint32_t>(&line);
  return offset != nullptr ? fmt::format("GPIO{}", *offset) : std::get<std::string>(line);
}

/// The first line that is used twice, in words.
std::string find_line_used_twice(const config& whole) {
  const auto& c = whole.gpio;
  std::map<std::string, std::string> users;
  std::string fault;
  const auto& role = c.section;
  const auto use = [&](const hw::line_id& id, const std::string& user) {
    const auto line = whole.simulated ? name_of(id) : hw::to_string(id);
    const auto [known, is_new] = users.emplace(line, user);
    if (!is_new && fault.empty()) {
      fault = fmt::format(
          "ledactor.{0}.{2}: line {1} is taken already, {3}; each LED and button "
          "needs a line of its own",
          role, line, user,
          known->second == user ? "by the same list"
                                : fmt::format("by ledactor.{}.{}", role, known->second));
    }
  };
  for (const auto& line : c.leds) {
    use(line, "leds");
  }
  for (const auto& line : c.buttons) {
    use(line, "buttons");
  }
  use(c.control, "control");
  return fault;
}

}  // namespace

bool goes_out_in_clear(const config& c) {
  return (c.key_files.empty() || c.wire != net::wire_kind::native)
         && !net::is_loopback(c.role == board_role::server ? c.listen : c.host);
}

std::string clear_link_warning(const config& c) {
  const auto* const why = c.wire == net::wire_kind::native ? "plaintext = true"
                          : c.wire == net::wire_kind::any
                              ? "wire = \"any\" lets in originals, which know no key"
                              : "wire = \"ece387\" has no security, with a key or without";
  return fmt::format("{}: whoever can reach the link can read it, and take a seat", why);
}

std::string find_fault(const config& c) {
  if (!c.simulated && c.gpio.buttons.size() >= max_requested_lines) {
    return fmt::format(
        "ledactor.{}.buttons: a list of {} is not allowed on a GPIO chip; allowed: at "
        "most {}, since the kernel gives at most {} lines at once (GPIO_V2_LINES_MAX), and the "
        "control button's is one of them",
        c.gpio.section, c.gpio.buttons.size(), max_requested_lines - 1, max_requested_lines);
  }
  if (auto fault = find_line_used_twice(c); !fault.empty()) {
    return fault;
  }
  if (c.dead_after < 2 * c.heartbeat) {
    return fmt::format(
        "ledactor.link.dead-after: {} is not allowed; allowed: at least twice "
        "ledactor.link.heartbeat, {}",
        value_text(caf::config_value{c.dead_after}),
        value_text(caf::config_value{2 * c.heartbeat}));
  }
  if (c.reconnect_max < c.reconnect_min) {
    return fmt::format(
        "ledactor.link.reconnect-max: {} is not allowed; allowed: at least "
        "ledactor.link.reconnect-min, {}",
        value_text(caf::config_value{c.reconnect_max}),
        value_text(caf::config_value{c.reconnect_min}));
  }
  const bool is_server = c.role == board_role::server;
  if (c.wire == net::wire_kind::any && !is_server) {
    return "ledactor.link.wire: \"any\" is not allowed; allowed for a client: native, ece387";
  }
  if (c.web.enabled && c.web.token_file.empty() && !net::is_loopback(c.web.listen)) {
    return fmt::format(
        "ledactor.web.listen: '{}' is beyond this machine, where whoever reaches it could steer "
        "this "
        "board; set web.token-file to a file that holds a secret of 16 to 256 characters, or "
        "listen "
        "on 127.0.0.1",
        c.web.listen);
  }
  if (c.web.enabled && is_server && c.web.port == c.port) {
    return fmt::format(
        "ledactor.web.port: {} is ledactor.server.port already; choose another port for one of "
        "them",
        c.web.port);
  }
  if (goes_out_in_clear(c) && !c.plaintext && c.wire != net::wire_kind::native) {
    return fmt::format(
        "ledactor.{}: '{}' is beyond this machine, and the original's wire cannot be encrypted, "
        "with a key or without; set plaintext = true if you trust the cable, or wire = \"native\"",
        is_server ? "server.listen" : "client.host", is_server ? c.listen : c.host);
  }
  if (goes_out_in_clear(c) && !c.plaintext) {
    return fmt::format(
        "ledactor.{}: '{}' is beyond this machine, and there is no key to encrypt the link with; "
        "make one with `ledactor keygen FILE`, copy it to the other board, and set key-file on "
        "both; or set plaintext = true if you trust the cable",
        is_server ? "server.listen" : "client.host", is_server ? c.listen : c.host);
  }
  return {};
}

void fill_in_defaults(caf::settings& settings) {
  for (const auto& o : all_options()) {
    const auto key = fmt::format("ledactor.{}", o.key);
    if (!o.fallback.empty() && caf::get_if(&settings, key) == nullptr) {
      caf::put(settings, key,
               *caf::config_value::parse(caf::string_view{o.fallback.data(), o.fallback.size()}));
    }
  }
}

config read_config(const caf::settings& settings) {
  const reader in{settings};
  const bool is_server = in.is("role", "server");
  const std::string role = is_server ? "server" : "client";
  const std::string peer_role = is_server ? "client" : "server";
  const auto debounce = in.get<caf::timespan>("board.debounce");
  const bool simulated = in.is("board.backend", "sim");
  const bool by_kernel = in.is("board.debounce-by", "kernel") && !simulated;
  return {
      .role = is_server ? board_role::server : board_role::client,
      .name = in.has("name") ? in.get<std::string>("name") : host_name(),
      .is_name_given = in.has("name"),
      .key_files = in.texts("key-file"),
      .listen = in.get<std::string>("server.listen"),
      .host = in.get<std::string>("client.host"),
      .seats = static_cast<std::size_t>(in.get<std::int64_t>("server.seats")),
      .port = static_cast<std::uint16_t>(in.get<std::int64_t>(role + ".port")),
      .plaintext = in.get<bool>("plaintext"),
      .queue_when_busy = in.is("server.when-busy", "queue"),
      .rejoin_when_kicked = in.is("client.on-kick", "rejoin"),
      .simulated = simulated,
      .invert = in.get<bool>("board.invert"),
      .on_link_loss = to_policy(in.get<std::string>("board.on-link-loss")),
      .wire = to_wire(in.get<std::string>("link.wire")),
      .web =
          {
              .enabled = in.get<bool>("web.enabled"),
              .listen = in.get<std::string>("web.listen"),
              .port = in.has("web.port")
                          ? static_cast<std::uint16_t>(in.get<std::int64_t>("web.port"))
                          : default_web_port(is_server),
              .is_port_given = in.has("web.port"),
              .token_file =
                  in.has("web.token-file") ? in.get<std::string>("web.token-file") : std::string{},
              .names = in.texts("web.names"),
          },
      .peer_leds = in.lines(peer_role + ".leds"),
      .peer_buttons = in.lines(peer_role + ".buttons"),
      .gpio =
          {
              .section = role,
              .chip = in.get<std::string>("board.chip"),
              .leds = in.lines(role + ".leds"),
              .buttons = in.lines(role + ".buttons"),
              .control = in.line(role + ".control"),
              .bias = to_bias(in.get<std::string>("board.bias")),
              .active_low = in.get<bool>("board.active-low"),
              .leds_active_low = in.get<bool>("board.leds-active-low"),
              .debounce = std::chrono::ceil<std::chrono::microseconds>(
                  by_kernel ? debounce : caf::timespan{0}),
          },
      .debounce = by_kernel ? caf::timespan{0} : debounce,
      .bounce = in.get<caf::timespan>("board.bounce"),
      .link_loss_grace = in.get<caf::timespan>("board.link-loss-grace"),
      .ece387_pace = in.get<caf::timespan>("link.ece387-pace"),
      .heartbeat = in.get<caf::timespan>("link.heartbeat"),
      .dead_after = in.get<caf::timespan>("link.dead-after"),
      .reconnect_min = in.get<caf::timespan>("link.reconnect-min"),
      .reconnect_max = in.get<caf::timespan>("link.reconnect-max"),
  };
}

}  // namespace ledactor
