// What a viewer asks of a board: the first byte chooses the board, the rest are the lines of a
// request: method, target, Host, Origin, Authorization, Last-Event-ID and Sec-Fetch-Site.

#include "tests/fuzz/property.hpp"
#include "web/api.hpp"

#include <array>
#include <cctype>
#include <climits>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <unistd.h>

using namespace ledactor;
using namespace ledactor::web;
using fuzz::must;

namespace {

constexpr std::string_view secret = "0123456789abcdef";
constexpr std::uint64_t seated = 17;

std::string in_lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return std::string{line};
}

/// Whether a name server could have led a browser here by that name, as far as can be told in
/// another way than the API's own: it has a letter that no address has, and is not like any of this
/// machine's names.
bool is_foreign(std::string host) {
  static const std::string own = [] {
    std::array<char, HOST_NAME_MAX + 1> name{};
    ::gethostname(name.data(), name.size() - 1);
    return in_lower_case(name.data());
  }();
  host = in_lower_case(host);
  return host.find_first_not_of("0123456789abcdef:.[]") != std::string::npos
         && !host.starts_with("localhost") && (own.empty() || !host.starts_with(own));
}

/// An absolute target names the host that counts; the rest begins with the path.
void split_target(request& r) {
  constexpr std::size_t scheme = 7;  // http://
  if (in_lower_case(r.target.substr(0, scheme)) == "http://") {
    const auto end = std::min(r.target.find_first_of("/?", scheme), r.target.size());
    r.host = r.target.substr(scheme, end - scheme);
    r.target.erase(0, end);
  }
}

bool is_open(std::string_view path) {
  static const std::set<std::string_view> closed{"/metrics", "/api/status", "/api/events",
                                                 "/api/log"};
  return !closed.contains(path.substr(0, path.find('?')));
}

struct board {
  board() {
    view->tell(guest_list{{{seated, "guest", 4, 4}}, {}});
    facts.buttons = {"1", "2", "3", "4"};
  }

  api make(bool simulated, const std::string& token) {
    std::function<bool(std::uint32_t, bool)> move_finger;
    if (simulated) {
      move_finger = [this](std::uint32_t input, bool) {
        must(input <= 4, "a finger moves on a button that there is");
        ++done;
        return true;
      };
    }
    return {facts,
            view,
            {.move_finger = std::move(move_finger),
             .kick =
                 [this](std::uint64_t session) {
                   must(session == seated, "who is kicked has a seat");
                   must(facts.role == board_role::server, "only a server kicks");
                   ++done;
                 },
             .quit =
                 [this] {
                   ++done;
                 }},
            {.components = [] { return std::vector<component_state>{}; },
             .metrics =
                 [] {
                   return std::string{"m 1\n"};
                 }},
            token};
  }

  board_facts facts;
  std::shared_ptr<board_view> view = std::make_shared<board_view>();
  int done = 0;
};

void check_error(const response& got) {
  const auto told = nlohmann::json::parse(got.body, nullptr, false);
  must(told.is_object() && told.size() == 1 && told.contains("error"), "an error says what it is");
  must(fuzz::is_one_line(told.at("error").get<std::string>()), "an error is one line");
  must((got.status == 405) == !got.allow.empty(), "a wrong method is told the right one");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input bytes{data, size};
  const auto choice = fuzz::take_byte(bytes);
  auto text = fuzz::to_text(bytes);
  request asked;
  for (auto* field : {&asked.method, &asked.target, &asked.host, &asked.origin,
                      &asked.authorization, &asked.last_event_id, &asked.fetch_site}) {
    *field = take_line(text);
  }
  board one;
  one.facts.role = (choice & 1) != 0 ? board_role::client : board_role::server;
  const bool has_token = (choice & 2) != 0;
  const bool shows_token = asked.authorization.ends_with(" " + std::string{secret})
                           && in_lower_case(asked.authorization) == "bearer " + std::string{secret};
  const auto got =
      one.make((choice & 4) == 0, has_token ? std::string{secret} : std::string{}).answer(asked);
  split_target(asked);

  if (one.done != 0) {
    must(one.done == 1 && asked.method == "POST", "a change is asked for with POST, once");
    must(has_token ? shows_token : asked.origin == "http://" + asked.host,
         "a change needs the token, or this server's own origin");
    must(asked.fetch_site != "cross-site", "a change is asked for by no other site's page");
    must(!is_foreign(asked.host), "a change is asked for at this board's address");
  }
  if (const auto* told = std::get_if<response>(&got)) {
    static const std::set<unsigned> statuses{200, 204, 400, 401, 403, 404, 405, 409, 421};
    must(statuses.contains(told->status), "an answer's status is one of those described");
    const bool is_for_viewer = asked.target.find("viewer=") != std::string::npos;
    must(one.done == (told->status == 204 ? 1 : 0) || (told->status == 204 && is_for_viewer),
         "204 says that it was done, or that this viewer holds nothing to release");
    if (told->status >= 400) {
      check_error(*told);
    }
    must(!is_foreign(asked.host) || told->status == 421, "a foreign name is not answered");
    must(told->status != 200 || !has_token || shows_token || is_open(asked.target),
         "without the token nothing is read");
  } else {
    must((asked.method == "GET" || asked.method == "HEAD")
             && asked.target.starts_with("/api/events"),
         "events are asked for");
    must(!is_foreign(asked.host) && (!has_token || shows_token), "events are for who may see them");
  }
  return 0;
}
