#define CAF_SUITE api

#include "web/api.hpp"

#include "tests/web/api_fixture.hpp"

#include <caf/test/bdd_dsl.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <climits>
#include <nlohmann/json.hpp>
#include <set>
#include <unistd.h>

using namespace ledactor;
using namespace ledactor::web;
using nlohmann::json;

namespace {

constexpr const char* secret = "0123456789abcdef";

struct fixture : test::api_fixture {
  static request ask(std::string method, std::string target) {
    request r;
    r.method = std::move(method);
    r.target = std::move(target);
    r.host = "127.0.0.1:23880";
    return r;
  }

  static request get(std::string target) { return ask("GET", std::move(target)); }

  /// From this board's own page.
  static request post(std::string target) {
    auto r = ask("POST", std::move(target));
    r.origin = "http://127.0.0.1:23880";
    return r;
  }

  response answer(const request& r, const std::string& token = {}) {
    auto got = make(token).answer(r);
    REQUIRE(std::holds_alternative<response>(got));
    return std::get<response>(got);
  }

  unsigned status(const request& r, const std::string& token = {}) {
    const auto got = make(token).answer(r);
    const auto* told = std::get_if<response>(&got);
    return told == nullptr ? 200 : told->status;
  }

  /// The status of an answer to that Host header.
  unsigned status_of_host(const std::string& host) {
    auto r = get("/healthz");
    r.host = host;
    return status(r);
  }

  unsigned status_of_origin(const std::string& origin, const std::string& host) {
    auto r = post("/api/quit");
    r.host = host;
    r.origin = origin;
    return status(r);
  }

  unsigned status_of_token(const std::string& authorization) {
    auto r = get("/api/status");
    r.authorization = authorization;
    return status(r, secret);
  }

  /// The event that a viewer is told the next ones after, or the status of a refusal.
  std::uint64_t subscribe(const std::string& target, const std::string& last_event_id = {}) {
    auto r = get(target);
    r.last_event_id = last_event_id;
    const auto got = make().answer(r);
    const auto* s = std::get_if<subscription>(&got);
    return s == nullptr ? std::get<response>(got).status : s->since;
  }

  void sit_down(std::uint64_t session) {
    view->tell(guest_list{{{session, "guest", 4, 4}}, {{session + 1, "next", 4, 4}}});
  }
};

std::string error_of(const response& r) {
  return json::parse(r.body).at("error");
}

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("only an address, localhost and this machine's own name are hosts that may be asked for") {
  for (const auto* host :
       {"127.0.0.1", "127.0.0.1:23880", "192.168.0.7:1", "0.0.0.0", "localhost", "localhost:23880",
        "LocalHost", "localhost.", "localhost.:23880", "[::1]", "[::1]:23880",
        "[::ffff:127.0.0.1]:80", "[FE80::1]", "127.0.0.1:"}) {
    CHECK_EQ(std::pair(std::string{host}, status_of_host(host)),
             std::pair(std::string{host}, 200U));
  }
  for (const auto* host : {"",
                           " ",
                           ":",
                           ":80",
                           ".",
                           "evil.example",
                           "evil.example:23880",
                           "localhost.evil.example",
                           "localhost..",
                           "127.0.0.1.",
                           "evil.localhost",
                           "127.0.0.1.evil.example",
                           "127.0.0.1@evil.example",
                           "evil.example@127.0.0.1",
                           "127.0.0.1:80@evil.example",
                           "127.0.0.1 evil.example",
                           "127.0.0.1,evil.example",
                           "127.0.0.1:80:80",
                           "127.0.0.1:8x",
                           "0x7f.1",
                           "2130706433",
                           "127.1",
                           "::1",
                           "[::1",
                           "[::1]evil.example",
                           "[::1]:80evil",
                           "[127.0.0.1]",
                           "[fe80::1%25eth0]",
                           "[evil.example]",
                           "[]",
                           "[",
                           "]",
                           "http://127.0.0.1"}) {
    CHECK_EQ(std::pair(std::string{host}, status_of_host(host)),
             std::pair(std::string{host}, 421U));
  }
}

SCENARIO("an address ends where the header does, and not at a NUL") {
  using namespace std::string_literals;
  CHECK_EQ(status_of_host("127.0.0.1\0.evil.example"s), 421U);
  CHECK_EQ(status_of_host("[::1\0]"s), 421U);
  CHECK_EQ(status_of_host("localhost\0"s), 421U);
}

SCENARIO("this machine's own name is a good host, also as others on the cable know it") {
  std::array<char, HOST_NAME_MAX + 1> name{};
  REQUIRE_EQ(::gethostname(name.data(), name.size() - 1), 0);
  const std::string own{name.data()};
  CHECK_EQ(status_of_host(own), 200U);
  CHECK_EQ(status_of_host(own + ":23880"), 200U);
  CHECK_EQ(status_of_host(own + ".local:23880"), 200U);
  CHECK_EQ(status_of_host(own + ".evil.example"), 421U);
  CHECK_EQ(status_of_host("evil-" + own), 421U);
}

SCENARIO("a foreign host is refused everything, the page and the liveness too") {
  for (const auto* path : {"/", "/healthz", "/metrics", "/api/status", "/api/openapi.json", "/x"}) {
    auto r = get(path);
    r.host = "evil.example";
    CHECK_EQ(status(r), 421U);
  }
  auto r = post("/api/quit");
  r.host = "evil.example:23880";
  r.origin = "http://evil.example:23880";
  CHECK_EQ(status(r), 421U);
  CHECK(done.empty());
}

SCENARIO("without a token, only this server's own page may change anything") {
  CHECK_EQ(status_of_origin("http://127.0.0.1:23880", "127.0.0.1:23880"), 204U);
  CHECK_EQ(status_of_origin("http://[::1]:23880", "[::1]:23880"), 204U);
  CHECK_EQ(status_of_origin("http://localhost", "localhost"), 204U);
  CHECK_EQ(done, (words{"quit", "quit", "quit"}));
  for (const auto* origin :
       {"", "null", "http://evil.example", "https://127.0.0.1:23880", "http://127.0.0.1",
        "http://127.0.0.1:23881", "http://127.0.0.1:2388", "http://127.0.0.1:238800",
        "http://localhost:23880", "http://127.0.0.1:23880/", "http://127.0.0.1:23880@evil.example",
        "127.0.0.1:23880", "ws://127.0.0.1:23880", "http://127.0.0.1:23880 http://evil.example"}) {
    CHECK_EQ(std::pair(std::string{origin}, status_of_origin(origin, "127.0.0.1:23880")),
             std::pair(std::string{origin}, 403U));
  }
  CHECK_EQ(done.size(), 3U);
}

SCENARIO("where there is a token, it is wanted for all but the page and the liveness") {
  for (const auto* path : {"/healthz", "/", "/index.html", "/api/openapi.json"}) {
    CHECK_EQ(status(get(path), secret), 200U);
  }
  for (const auto* path : {"/metrics", "/api/status", "/api/events", "/api/log"}) {
    CHECK_EQ(status(get(path), secret), 401U);
  }
  for (const auto* path : {"/api/quit", "/api/buttons/1/press", "/api/sessions/1/kick"}) {
    CHECK_EQ(status(post(path), secret), 401U);  // the right origin is no token
  }
  CHECK(done.empty());
}

SCENARIO("only the whole token is the token") {
  const std::string bearer = "Bearer ";
  for (const auto* scheme :
       {"Bearer ", "bearer ", "BEARER ", "bEARER "}) {  // RFC 9110, section 11.1
    CHECK_EQ(status_of_token(scheme + std::string{secret}), 200U);
  }
  for (const auto& shown :
       {std::string{}, std::string{secret}, bearer, bearer + "0123456789abcde",
        bearer + "0123456789abcdefg", bearer + "0123456789abcdeF", bearer + "fedcba9876543210",
        bearer + " " + secret, bearer + secret + " ", "Basic " + std::string{secret},
        bearer + std::string(16, '\0'), "Bearer\t" + std::string{secret},
        "Bearer" + std::string{secret}}) {
    CHECK_EQ(std::pair(shown, status_of_token(shown)), std::pair(shown, 401U));
  }
}

SCENARIO("the token lets a change pass from anywhere, since no browser sends it by itself") {
  auto r = post("/api/quit");
  r.authorization = std::string{"Bearer "} + secret;
  r.origin = "null";
  CHECK_EQ(status(r, secret), 204U);
  CHECK_EQ(done, words{"quit"});
}

SCENARIO("without a token, whatever is shown as one opens nothing") {
  auto r = post("/api/quit");
  r.origin.clear();
  for (const auto* shown : {"Bearer ", "Bearer x", "Bearer"}) {
    r.authorization = shown;
    CHECK_EQ(status(r), 403U);
  }
}

SCENARIO("a board is called by its further names, and pages of its further origins are its own") {
  names = {"Left-Desk.lan", "https://desk.example.org", "https://desk.example:8443",
           "http://old:80"};
  for (const auto* host :
       {"left-desk.lan", "LEFT-DESK.LAN:23880", "left-desk.lan.", "desk.example.org",
        "desk.example.org:443", "desk.example", "old", "127.0.0.1:23880", "localhost"}) {
    CHECK_EQ(std::pair(std::string{host}, status_of_host(host)),
             std::pair(std::string{host}, 200U));
  }
  for (const auto* host : {"lan", "desk.lan", "x.left-desk.lan", "left-desk.lan.evil.example",
                           "left-desk.lan..", "https://desk.example.org", "evil.example"}) {
    CHECK_EQ(std::pair(std::string{host}, status_of_host(host)),
             std::pair(std::string{host}, 421U));
  }
  const auto* const behind = "127.0.0.1:23880";  // what nginx asks for, if it is not told better
  for (const auto* origin : {"http://left-desk.lan", "https://desk.example.org",
                             "https://desk.example:8443", "http://old", "http://127.0.0.1:23880"}) {
    CHECK_EQ(std::pair(std::string{origin}, status_of_origin(origin, behind)),
             std::pair(std::string{origin}, 204U));
  }
  CHECK_EQ(status_of_origin("http://left-desk.lan:23880", "left-desk.lan:23880"), 204U);
  CHECK_EQ(done.size(), 6U);
  for (const auto* origin :
       {"https://left-desk.lan", "http://left-desk.lan:8080", "http://desk.example.org",
        "https://desk.example.org:8443", "https://desk.example", "https://x.desk.example.org",
        "https://desk.example.org.evil.example", "https://desk.example.org/", "https://old", "null",
        ""}) {
    CHECK_EQ(std::pair(std::string{origin}, status_of_origin(origin, behind)),
             std::pair(std::string{origin}, 403U));
  }
  CHECK_EQ(done.size(), 6U);
}

SCENARIO("each path has its method, and says which") {
  for (const auto* path : {"/", "/healthz", "/metrics", "/api/status", "/api/events", "/api/log",
                           "/api/openapi.json"}) {
    for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "get", "head", ""}) {
      auto r = post(path);
      r.method = method;
      CHECK_EQ(answer(r).status, 405U);
      CHECK_EQ(answer(r).allow, "GET, HEAD");
    }
  }
  for (const auto* path : {"/api/quit", "/api/buttons/1/press", "/api/buttons/control/release",
                           "/api/sessions/1/kick"}) {
    for (const auto* method : {"GET", "HEAD", "OPTIONS", "DELETE", "post"}) {
      auto r = post(path);
      r.method = method;
      CHECK_EQ(answer(r).status, 405U);
      CHECK_EQ(answer(r).allow, "POST");
    }
  }
  CHECK(done.empty());
}

SCENARIO("HEAD is answered as GET, and to whom GET is") {
  for (const auto* path : {"/", "/healthz", "/metrics", "/api/status", "/api/log", "/nothing",
                           "/api/openapi.json", "/api/log?level=trace"}) {
    const auto head = answer(ask("HEAD", path));
    const auto whole = answer(get(path));
    CHECK_EQ(head.status, whole.status);
    CHECK_EQ(head.type, whole.type);
  }
  CHECK(std::holds_alternative<subscription>(make().answer(ask("HEAD", "/api/events"))));
  CHECK_EQ(status(ask("HEAD", "/api/status"), secret), 401U);
  CHECK(done.empty());
}

SCENARIO(
    "an absolute target is as good as a path, and its host counts instead of the Host header") {
  for (const auto* target :
       {"http://127.0.0.1:23880/api/status", "HTTP://localhost/api/status?x",
        "http://[::1]:23880/api/status", "http://127.0.0.1:23880", "http://[::1]",
        "http://localhost?x", "http://localhost/?http://evil.example/"}) {
    auto r = get(target);
    r.host = "evil.example";
    CHECK_EQ(std::pair(std::string{target}, status(r)), std::pair(std::string{target}, 200U));
  }
  for (const auto* target : {"http://evil.example/api/status", "http:///api/status", "http://",
                             "http://127.0.0.1@evil.example/", "http://evil.example@127.0.0.1/",
                             "http://localhost:23880@evil.example/", "http://localhost#/",
                             "http://localhost\\@evil.example/"}) {
    CHECK_EQ(std::pair(std::string{target}, status(get(target))),
             std::pair(std::string{target}, 421U));
  }
  auto r = post("http://127.0.0.1:23880/api/quit");
  r.origin = "http://evil.example";
  r.host = "evil.example";
  CHECK_EQ(status(r), 403U);
  CHECK(done.empty());
}

SCENARIO("what is no path of ours is not found, however it is written") {
  for (const auto* path : {"",
                           "*",
                           "//",
                           "/healthz/",
                           "//healthz",
                           "/HEALTHZ",
                           "/healthz%00",
                           "/%68ealthz",
                           "/../healthz",
                           "/./healthz",
                           "/../../../../etc/passwd",
                           "/..%2f..%2fetc%2fpasswd",
                           "/page/index.html",
                           "/api",
                           "/api/",
                           "/api/status/",
                           "/api/status#x",
                           "/api/status;x",
                           "https://127.0.0.1:23880/api/status",
                           "http:/api/status",
                           "http:127.0.0.1/api/status",
                           "127.0.0.1:443"}) {
    CHECK_EQ(std::pair(std::string{path}, status(get(path))), std::pair(std::string{path}, 404U));
  }
  for (const auto* path : {"/api/buttons/press", "/api/buttons//press", "/api/buttons/1/2/press",
                           "/api/buttons/1/press/", "/api/buttons/1/hold", "/api/sessions/kick"}) {
    CHECK_EQ(std::pair(std::string{path}, status(post(path))), std::pair(std::string{path}, 404U));
  }
  CHECK(done.empty());
}

SCENARIO("a query does not change the path") {
  CHECK_EQ(status(get("/healthz?")), 200U);
  CHECK_EQ(status(get("/api/status?x=/api/quit")), 200U);
  CHECK_EQ(status(get("/?x")), 200U);
}

SCENARIO("another site's page learns nothing, and starts nothing, token or not") {
  for (const auto* site : {"cross-site", "same-site"}) {
    for (auto r : {get("/api/status"), get("/api/log?level=debug"), get("/api/events"),
                   get("/metrics"), post("/api/quit")}) {
      r.fetch_site = site;
      CHECK_EQ(status(r), 403U);
      r.authorization = std::string{"Bearer "} + secret;
      CHECK_EQ(status(r, secret), 403U);
    }
    auto link = get("/");  // which may lead here from anywhere
    link.fetch_site = site;
    CHECK_EQ(status(link), 200U);
  }
  CHECK(done.empty());
  for (const auto* site : {"same-origin", "none"}) {
    auto r = get("/api/status");
    r.fetch_site = site;
    CHECK_EQ(status(r), 200U);
  }
}

SCENARIO("fingers press and release each button and the control button, and no other") {
  for (const auto* what : {"1/press", "4/press", "4/release", "control/press", "control/release"}) {
    CHECK_EQ(status(post(std::string{"/api/buttons/"} + what)), 204U);
  }
  CHECK_EQ(done, (words{"press 0", "press 3", "release 3", "press 4", "release 4"}));
  for (const auto* which : {"0", "5", "-1", "+1", "1.0", "01x", " 1", "%31", "Control", "x",
                            "18446744073709551616", "18446744073709551615"}) {
    const auto r = answer(post(std::string{"/api/buttons/"} + which + "/press"));
    CHECK_EQ(std::pair(std::string{which}, r.status), std::pair(std::string{which}, 404U));
    CHECK_EQ(error_of(r), "there is no such button; allowed: 1 to 4, or control");
  }
  CHECK_EQ(done.size(), 5U);
}

SCENARIO("a finger that the board did not take is no success") {
  keeps_up = false;
  CHECK_EQ(status(post("/api/buttons/1/press")), 503U);
  CHECK_EQ(status(post("/api/buttons/1/release")), 503U);
}

SCENARIO("a press is for up to a minute, and a viewer's name for a URL") {
  for (const auto* how :
       {"for=1", "for=60000", "viewer=a", "viewer=A-z_09&for=5", "for=&viewer="}) {
    CHECK_EQ(std::pair(std::string{how}, status(post(std::string{"/api/buttons/1/press?"} + how))),
             std::pair(std::string{how}, 204U));
  }
  for (const auto* span : {"0", "60001", "-1", "1.5", "x", "18446744073709551616"}) {
    const auto r = answer(post(std::string{"/api/buttons/1/press?for="} + span));
    CHECK_EQ(std::pair(std::string{span}, r.status), std::pair(std::string{span}, 400U));
    CHECK_EQ(error_of(r), "a press is for 1 to 60000 ms");
  }
  const std::string longest(max_viewer_name, 'x');
  const std::string target{"/api/buttons/1/"};
  CHECK_EQ(status(post(target + "release?viewer=" + longest)), 204U);
  for (const auto& name :
       {longest + "x", std::string{"a%20b"}, std::string{"a b"}, std::string{"\xc3\xa9"}}) {
    CHECK_EQ(status(post(fmt::format("{}press?viewer={}", target, name))), 400U);
    CHECK_EQ(status(post(fmt::format("{}release?viewer={}", target, name))), 400U);
    CHECK_EQ(status(get("/api/events?viewer=" + name)), 400U);
  }
  CHECK_EQ(done, words(5, "press 0"));
}

SCENARIO("a press ends at its time, with its viewer's stream, or after a minute") {
  const auto a = make();
  const auto begin = std::chrono::steady_clock::now();
  for (const auto* what : {"1/press", "2/press?for=100", "3/press?viewer=me"}) {
    REQUIRE(std::get<response>(a.answer(post(std::string{"/api/buttons/"} + what))).status == 204);
  }
  const auto stream = std::get<subscription>(a.answer(get("/api/events?since=0&viewer=me")));
  CHECK_EQ(stream.viewer, "me");
  a.fingers().begin_stream(stream.viewer);
  done.clear();
  const auto end = std::chrono::steady_clock::now();
  a.fingers().expire(begin + std::chrono::milliseconds{99});
  CHECK(done.empty());
  a.fingers().expire(end + std::chrono::milliseconds{100});
  CHECK_EQ(done, words{"release 1"});
  a.fingers().expire(end + max_lease);
  CHECK_EQ(done, (words{"release 1", "release 0"}));
  a.fingers().end_stream("me", end + max_lease);
  a.fingers().expire(end + max_lease + stream_grace);
  CHECK_EQ(done, (words{"release 1", "release 0", "release 2"}));
}

SCENARIO("a viewer releases its own press, and who names no viewer releases everybody's") {
  const auto a = make();
  for (const auto* what : {"press?viewer=one", "press?viewer=two", "release?viewer=two",
                           "release?viewer=two", "press?viewer=two", "release"}) {
    REQUIRE(std::get<response>(a.answer(post(std::string{"/api/buttons/1/"} + what))).status
            == 204);
  }
  CHECK_EQ(done, (words{"press 0", "press 0", "press 0", "release 0"}));
}

SCENARIO("no program presses a real board's buttons") {
  facts.simulated = false;
  CHECK_EQ(status(post("/api/buttons/1/press")), 409U);
  CHECK_EQ(status(post("/api/buttons/control/release")), 409U);
  CHECK_EQ(status(post("/api/buttons/9/press")), 404U);
  CHECK(done.empty());
}

SCENARIO("who has a seat can be kicked by its session's id, and nobody else") {
  sit_down(17);
  CHECK_EQ(status(post("/api/sessions/17/kick")), 204U);
  CHECK_EQ(done, words{"kick 17"});
  for (const auto* id : {"18", "0", "1", "x", "-17", "17x", "guest"}) {  // 18 waits
    CHECK_EQ(std::pair(std::string{id}, status(post(std::string{"/api/sessions/"} + id + "/kick"))),
             std::pair(std::string{id}, 404U));
  }
  CHECK_EQ(done.size(), 1U);
}

SCENARIO("a client has nobody to kick") {
  facts.role = board_role::client;
  sit_down(17);
  CHECK_EQ(status(post("/api/sessions/17/kick")), 409U);
  CHECK(done.empty());
}

SCENARIO("events begin now, or after the one that is asked for; the header wins") {
  view->tell(control_level{true});
  view->tell(control_level{false});
  CHECK_EQ(subscribe("/api/events"), 2U);
  CHECK_EQ(subscribe("/api/events?since=1"), 1U);
  CHECK_EQ(subscribe("/api/events?since=0"), 0U);
  CHECK_EQ(subscribe("/api/events?x=5&since=1&since=7"), 1U);
  CHECK_EQ(subscribe("/api/events?sinceever=5&xsince=7"), 2U);
  CHECK_EQ(subscribe("/api/events?since=1", "7"), 7U);
  CHECK_EQ(subscribe("/api/events", "18446744073709551615"), ~std::uint64_t{0});
  for (const auto* id : {"x", "-1", " 1", "1 ", "1.5", "18446744073709551616"}) {
    CHECK_EQ(subscribe("/api/events", id), 400U);
    CHECK_EQ(subscribe(std::string{"/api/events?since="} + id), 400U);
  }
}

SCENARIO("the log can be asked for by id, component and level, and nothing else is a level") {
  CHECK_EQ(status(get("/api/log")), 200U);
  CHECK_EQ(status(get("/api/log?since=1&component=ledactor.chip&level=debug")), 200U);
  CHECK_EQ(status(get("/api/log?since=x")), 400U);
  CHECK_EQ(status(get("/api/log?since=-1")), 400U);
  CHECK_EQ(status(get("/api/log?level=trace")), 400U);
  CHECK_EQ(status(get("/api/log?level=DEBUG")), 400U);
  const auto told = json::parse(answer(get("/api/log?component=nobody")).body);
  CHECK(told.at("lines").empty());
}

SCENARIO("answers have the type that they are of") {
  CHECK_EQ(answer(get("/healthz")).type, "text/plain; charset=utf-8");
  CHECK_EQ(answer(get("/healthz")).body, "ok\n");
  CHECK_EQ(answer(get("/metrics")).type, "text/plain; version=0.0.4; charset=utf-8");
  CHECK_EQ(answer(get("/metrics")).body, "a_metric 1\n");
  CHECK_EQ(answer(get("/")).type, "text/html; charset=utf-8");
  CHECK_EQ(answer(get("/api/status")).type, "application/json");
  CHECK(json::parse(answer(get("/api/status")).body).at("board").at("name") == "here");
  CHECK_EQ(answer(get("/nothing")).type, "application/json");
}

SCENARIO("the API's description has each route of the server, and no other") {
  std::set<std::string> described;
  const auto paths = test::description().at("paths");
  for (const auto& [path, operations] : paths.items()) {
    auto pattern = path;
    if (const auto brace = pattern.find('{'); brace != std::string::npos) {
      pattern.replace(brace, pattern.find('}') + 1 - brace, "*");
    }
    for (const auto& [method, operation] : operations.items()) {
      described.insert(std::string{method}.append(" ").append(pattern));
    }
  }
  std::set<std::string> known{"get /api/openapi.json"};
  for (const auto& [method, pattern] : api::known_routes()) {
    known.insert((method == "GET" ? "get " : "post ") + std::string{pattern});
  }
  CHECK_EQ(described, known);
}

END_FIXTURE_SCOPE()
