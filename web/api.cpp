#include "web/api.hpp"

#include "actors/log.hpp"
#include "web/files.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <climits>
#include <nlohmann/json.hpp>
#include <unistd.h>
#include <utility>

namespace ledactor::web {

response error_answer(unsigned status, std::string_view text) {
  return {status, "application/json", text_of({{"error", text}}) + "\n", {}};
}

namespace {

response done() {
  return {204, {}, {}, {}};
}

response wrong_method(std::string allowed) {
  auto answer = error_answer(405, "not with this method; allowed: " + allowed);
  answer.allow = std::move(allowed);
  return answer;
}

/// A whole number without sign or blanks.
std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc{} && end == text.data() + text.size() && !text.empty()
             ? std::optional{number}
             : std::nullopt;
}

bool is_address(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return text.find('\0') == text.npos && ::inet_pton(family, text.c_str(), address.data()) == 1;
}

std::string in_lower_case(std::string_view text) {
  std::string lower{text};
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

/// This machine's own name, in lower case; empty if it has none.
std::string own_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  ::gethostname(name.data(), name.size() - 1);
  return in_lower_case(name.data());
}

/// Whether this is what follows a host in a Host header: nothing, or a port.
bool is_port_or_none(std::string_view rest) {
  return rest.empty()
         || (rest.front() == ':' && std::all_of(rest.begin() + 1, rest.end(), [](char c) {
               return c >= '0' && c <= '9';
             }));
}

/// Whether a Host header means this machine by a name that no foreign name server can give out.
bool is_ours(std::string_view header) {
  const bool is_bracketed = header.starts_with('[');
  const auto end = std::min(header.find(is_bracketed ? ']' : ':'), header.size());
  const auto rest = header.substr(std::min(end + (is_bracketed ? 1 : 0), header.size()));
  if (!is_port_or_none(rest)) {
    return false;
  }
  if (is_bracketed) {
    return end < header.size() && is_address(AF_INET6, std::string{header.substr(1, end - 1)});
  }
  const auto host = in_lower_case(header.substr(0, end));
  const auto own = own_name();
  return is_address(AF_INET, host) || host == "localhost"
         || (!own.empty() && (host == own || host == own + ".local"));
}

/// All our texts are in UTF-8; of JSON that goes without saying.
std::string with_charset(std::string_view type) {
  return std::string{type} + (type.starts_with("text/") ? "; charset=utf-8" : "");
}

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

/// A parameter of the query, or an empty text.
std::string_view parameter(std::string_view target, std::string_view name) {
  auto query = target.substr(std::min(target.find('?'), target.size()));
  while (!query.empty()) {
    query.remove_prefix(1);
    const auto pair = query.substr(0, query.find('&'));
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
      return pair.substr(name.size() + 1);
    }
    query.remove_prefix(pair.size());
  }
  return {};
}

}  // namespace

/// What a method and a path mean.
struct api::route {
  /// Who may ask.
  enum class access {
    open,    ///< anybody
    read,    ///< who shows the token, if there is one
    change,  ///< the same, and a page of this very server if there is none
  };
  std::string_view method;
  std::string_view pattern;  ///< a path, in which `*` is any one part
  access who;
  std::variant<response, subscription> (*answer)(const api&, const request&, std::string_view part);

  /// The part in the place of `*`, which is empty if there is none; nothing if the path is another.
  std::optional<std::string_view> match(std::string_view path) const {
    const auto star = std::min(pattern.find('*'), pattern.size());
    const auto before = pattern.substr(0, star);
    const auto after = pattern.substr(std::min(star + 1, pattern.size()));
    if (path.size() < before.size() + after.size() || !path.starts_with(before)
        || !path.ends_with(after)) {
      return std::nullopt;
    }
    path.remove_prefix(before.size());
    path.remove_suffix(after.size());
    const bool is_part = !path.empty() && path.find('/') == std::string_view::npos;
    return (star < pattern.size() ? is_part : path.empty()) ? std::optional{path} : std::nullopt;
  }
};

std::span<const api::route> api::routes() {
  using access = route::access;
  using reply = std::variant<response, subscription>;
  static constexpr std::array table{
      route{"GET", "/healthz", access::open,
            [](const api&, const request&, std::string_view) -> reply {
              return response{200, with_charset("text/plain"), "ok\n", {}};
            }},
      route{"GET", "/metrics", access::read,
            [](const api& a, const request&, std::string_view) -> reply {
              return response{
                  200, "text/plain; version=0.0.4; charset=utf-8", a.sources_.metrics(), {}};
            }},
      route{"GET", "/api/status", access::read,
            [](const api& a, const request&, std::string_view) -> reply {
              return response{200, "application/json", a.status() + "\n", {}};
            }},
      route{"GET", "/api/events", access::read,
            [](const api& a, const request& r, std::string_view) {
              return a.subscribe(r);
            }},
      route{"GET", "/api/log", access::read,
            [](const api& a, const request& r, std::string_view) -> reply {
              return a.log(r);
            }},
      route{"POST", "/api/buttons/*/press", access::change,
            [](const api& a, const request&, std::string_view button) -> reply {
              return a.move_finger(button, true);
            }},
      route{"POST", "/api/buttons/*/release", access::change,
            [](const api& a, const request&, std::string_view button) -> reply {
              return a.move_finger(button, false);
            }},
      route{"POST", "/api/sessions/*/kick", access::change,
            [](const api& a, const request&, std::string_view session) -> reply {
              return a.kick(session);
            }},
      route{"POST", "/api/quit", access::change,
            [](const api& a, const request&, std::string_view) -> reply {
              a.actions_.quit();
              return done();
            }},
  };
  return table;
}

std::vector<std::pair<std::string_view, std::string_view>> api::known_routes() {
  std::vector<std::pair<std::string_view, std::string_view>> known;
  for (const auto& r : routes()) {
    known.emplace_back(r.method, r.pattern);
  }
  return known;
}

api::api(board_facts facts, std::shared_ptr<const board_view> view, api_actions actions,
         api_sources sources, std::string token)
    : facts_(std::move(facts)),
      view_(std::move(view)),
      actions_(std::move(actions)),
      sources_(std::move(sources)),
      token_(std::move(token)) {}

std::variant<response, subscription> api::answer(const request& r) const {
  if (!is_ours(r.host)) {
    return error_answer(421, "this board does not go by that name: ask for it by its address");
  }
  const auto path = path_of(r.target);
  if (const auto* file = find_file(path)) {
    return r.method == "GET" ? response{200, with_charset(file->type), std::string{file->bytes}, {}}
                             : wrong_method("GET");
  }
  std::string allowed;
  for (const auto& known : routes()) {
    const auto part = known.match(path);
    if (part && known.method == r.method) {
      auto refusal = refuse(r, known);
      return refusal ? *std::move(refusal) : known.answer(*this, r, *part);
    }
    allowed += part ? std::string{known.method} : std::string{};
  }
  return allowed.empty() ? error_answer(404, "there is nothing at this address")
                         : wrong_method(allowed);
}

std::optional<response> api::refuse(const request& r, const route& to) const {
  if (to.who == route::access::open) {
    return std::nullopt;
  }
  if (r.fetch_site == "cross-site" || r.fetch_site == "same-site") {
    return error_answer(403, "another site's page may not ask here");
  }
  if (!token_.empty()) {
    return shows_token(r) ? std::nullopt
                          : std::optional{error_answer(401,
                                                       "this board wants the token that its "
                                                       "web.token-file holds")};
  }
  if (to.who == route::access::change && r.origin != "http://" + r.host) {
    return error_answer(
        403, "only this board's own page, or who says so in an Origin header, may do that");
  }
  return std::nullopt;
}

bool api::shows_token(const request& r) const {
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view shown = r.authorization;
  return !token_.empty() && shown.starts_with(scheme)
         && shown.size() == scheme.size() + token_.size()
         && CRYPTO_memcmp(shown.data() + scheme.size(), token_.data(), token_.size()) == 0;
}

std::string api::status() const {
  return text_of(status_json(facts_, view_->now(), sources_.components()));
}

response api::log(const request& r) const {
  const auto since = parameter(r.target, "since");
  const auto level = parameter(r.target, "level");
  const auto id = since.empty() ? std::optional<std::uint64_t>{0} : number_in(since);
  const auto least = log_level_of(level.empty() ? "info" : level);
  if (!id) {
    return error_answer(400, "a line's id is a whole number");
  }
  if (least == 0) {
    return error_answer(400, "there is no such level; allowed: error, warning, info, debug");
  }
  const auto lines =
      process_log::instance().history().since(*id, parameter(r.target, "component"), least);
  return {200, "application/json", text_of(log_json(lines)) + "\n", {}};
}

response api::move_finger(std::string_view button, bool pressed) const {
  const auto number = number_in(button);
  const auto count = facts_.buttons.size();
  if (button != "control" && (!number || *number < 1 || *number > count)) {
    return error_answer(
        404, fmt::format("there is no such button; allowed: 1 to {}, or control", count));
  }
  if (!actions_.move_finger) {
    return error_answer(409, "this board is real: its buttons are pressed by fingers alone");
  }
  if (!actions_.move_finger(static_cast<std::uint32_t>(number ? *number - 1 : count), pressed)) {
    return error_answer(503, "the board does not keep up with so many fingers: try again");
  }
  return done();
}

response api::kick(std::string_view session) const {
  if (facts_.role != board_role::server) {
    return error_answer(409, "only a server has seats to kick anybody from");
  }
  const auto id = number_in(session);
  const auto seated = view_->now().seats.seated;
  if (!id || std::none_of(seated.begin(), seated.end(), [&](const seen_guest& g) {
        return g.who.session == *id;
      })) {
    return error_answer(404, "nobody of that session has a seat");
  }
  actions_.kick(*id);
  return done();
}

std::variant<response, subscription> api::subscribe(const request& r) const {
  const auto last = r.last_event_id.empty() ? parameter(r.target, "since") : r.last_event_id;
  if (last.empty()) {
    return subscription{view_->now().last_event};
  }
  const auto since = number_in(last);
  return since ? std::variant<response, subscription>{subscription{*since}}
               : error_answer(400, "an event's id is a whole number");
}

}  // namespace ledactor::web
