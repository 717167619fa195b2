#include "web/api.hpp"

#include "actors/log.hpp"
#include "web/files.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
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

/// Whether a text begins with one of ASCII, in whatever case.
bool begins_with(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size()
         && std::equal(lower_case.begin(), lower_case.end(), text.begin(), [](char l, char c) {
              return l == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
            });
}

/// A request as it would be if its target began with the path: the host that an absolute target
/// names counts, and no Host header (RFC 9112, section 3.2.2).
request with_path_alone(request r) {
  constexpr std::string_view scheme = "http://";
  if (begins_with(r.target, scheme)) {
    const auto rest = r.target.substr(scheme.size());
    const auto end = std::min(rest.find_first_of("/?"), rest.size());
    r.host = rest.substr(0, end);
    r.target = (rest.substr(end).starts_with('/') ? "" : "/") + rest.substr(end);
  }
  return r;
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

/// Whether a viewer may call itself so: no name that a URL would have to encode.
bool is_viewer_name(std::string_view name) {
  return name.size() <= max_viewer_name && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
                  || c == '-' || c == '_';
         });
}

response bad_viewer_name() {
  return error_answer(
      400, fmt::format("a viewer's name has at most {} letters, digits, - and _", max_viewer_name));
}

/// For a press or a release that the board had no room for.
response too_many_fingers() {
  return error_answer(503, "the board does not keep up with so many fingers: try again");
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
            [](const api& a, const request& r, std::string_view button) -> reply {
              return a.press(r, button);
            }},
      route{"POST", "/api/buttons/*/release", access::change,
            [](const api& a, const request& r, std::string_view button) -> reply {
              return a.release(r, button);
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
         api_sources sources, std::string token, const std::vector<std::string>& names)
    : facts_(std::move(facts)),
      view_(std::move(view)),
      actions_(std::move(actions)),
      fingers_(std::make_shared<finger_leases>(actions_.move_finger)),
      sources_(std::move(sources)),
      token_(std::move(token)),
      names_(names) {}

std::variant<response, subscription> api::answer(request asked) const {
  const auto r = with_path_alone(std::move(asked));
  if (!names_.has(r.host)) {
    return error_answer(421,
                        "this board does not go by that name: ask for it by its address, or add "
                        "the name to its web.names");
  }
  const auto path = path_of(r.target);
  const std::string_view method = r.method == "HEAD" ? "GET" : std::string_view{r.method};
  if (const auto* file = find_file(path)) {
    return method == "GET" ? response{200, with_charset(file->type), std::string{file->bytes}, {}}
                           : wrong_method("GET, HEAD");
  }
  std::string allowed;
  for (const auto& known : routes()) {
    const auto part = known.match(path);
    if (part && known.method == method) {
      auto refusal = refuse(r, known);
      return refusal ? *std::move(refusal) : known.answer(*this, r, *part);
    }
    if (part) {
      allowed = known.method == "GET" ? "GET, HEAD" : known.method;
    }
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
  if (to.who == route::access::change && !names_.is_of_own_page(r.origin, r.host)) {
    return error_answer(
        403,
        "only this board's own page, or who says so in an Origin header, may do that; behind a "
        "proxy, its web.names must have the page's origin");
  }
  return std::nullopt;
}

bool api::shows_token(const request& r) const {
  constexpr std::string_view scheme = "bearer ";  // in any case: RFC 9110, section 11.1
  const std::string_view shown = r.authorization;
  return !token_.empty() && begins_with(shown, scheme)
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

/// Which button is meant, if there is one that programs press, and whose finger.
std::variant<api::finger, response> api::find_finger(const request& r,
                                                     std::string_view button) const {
  const auto number = number_in(button);
  const auto count = facts_.buttons.size();
  if (button != "control" && (!number || *number < 1 || *number > count)) {
    return error_answer(
        404, fmt::format("there is no such button; allowed: 1 to {}, or control", count));
  }
  if (!actions_.move_finger) {
    return error_answer(409, "this board is real: its buttons are pressed by fingers alone");
  }
  const auto viewer = parameter(r.target, "viewer");
  if (!is_viewer_name(viewer)) {
    return bad_viewer_name();
  }
  return finger{static_cast<std::uint32_t>(number ? *number - 1 : count), std::string{viewer}};
}

response api::press(const request& r, std::string_view button) const {
  const auto found = find_finger(r, button);
  if (const auto* refusal = std::get_if<response>(&found)) {
    return *refusal;
  }
  std::optional<std::chrono::milliseconds> span;
  if (const auto text = parameter(r.target, "for"); !text.empty()) {
    const auto number = number_in(text);
    if (!number || *number < 1 || *number > static_cast<std::uint64_t>(max_lease.count())) {
      return error_answer(400, fmt::format("a press is for 1 to {} ms", max_lease.count()));
    }
    span = std::chrono::milliseconds{*number};
  }
  const auto& [input, viewer] = std::get<finger>(found);
  return fingers_->press(input, viewer, span, std::chrono::steady_clock::now())
             ? done()
             : too_many_fingers();
}

response api::release(const request& r, std::string_view button) const {
  const auto found = find_finger(r, button);
  if (const auto* refusal = std::get_if<response>(&found)) {
    return *refusal;
  }
  const auto& [input, viewer] = std::get<finger>(found);
  const auto now = std::chrono::steady_clock::now();
  const bool is_done = viewer.empty() ? fingers_->release_for_all(input, now)
                                      : fingers_->release(input, viewer, now);
  return is_done ? done() : too_many_fingers();
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
  const auto viewer = parameter(r.target, "viewer");
  if (!is_viewer_name(viewer)) {
    return bad_viewer_name();
  }
  const auto last = r.last_event_id.empty() ? parameter(r.target, "since") : r.last_event_id;
  if (last.empty()) {
    return subscription{view_->now().last_event, std::string{viewer}};
  }
  const auto since = number_in(last);
  return since ? std::variant<response, subscription>{subscription{*since, std::string{viewer}}}
               : error_answer(400, "an event's id is a whole number");
}

}  // namespace ledactor::web
