#define CAF_SUITE web_check

#include "main/doctor/web_check.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <cerrno>

using namespace ledactor;
using namespace ledactor::doctor;

namespace {

config serving_at(const std::string& address, bool is_port_given) {
  config c{};
  c.web.enabled = true;
  c.web.listen = address;
  c.web.port = 23880;
  c.web.is_port_given = is_port_given;
  return c;
}

/// The verdict on the first finding, which says this.
mark verdict_on(const findings& found, std::string_view text) {
  REQUIRE(!found.empty());
  CAF_MESSAGE(found.front().text);
  CHECK(found.front().text.find(text) != std::string::npos);
  CHECK(found.front().cure.empty() == (found.front().verdict < mark::warning));
  return found.front().verdict;
}

}  // namespace

SCENARIO("where the page will be is told") {
  CHECK(verdict_on(check_web(serving_at("127.0.0.1", false), 0), "http://127.0.0.1:23880/")
        == mark::ok);
  CHECK(verdict_on(check_web(serving_at("::1", false), 0), "http://[::1]:23880/") == mark::ok);
}

SCENARIO("a default port that is taken is a warning, a configured one a fault") {
  CHECK(verdict_on(check_web(serving_at("127.0.0.1", false), EADDRINUSE), "without its page")
        == mark::warning);
  CHECK(verdict_on(check_web(serving_at("127.0.0.1", true), EADDRINUSE), "cannot listen")
        == mark::fault);
  CHECK(verdict_on(check_web(serving_at("127.0.0.1", false), EACCES), "cannot listen")
        == mark::fault);
}

SCENARIO("an address that is yet to come keeps no board from running") {
  CHECK(verdict_on(check_web(serving_at("192.168.0.2", true), EADDRNOTAVAIL), "192.168.0.2")
        == mark::warning);
}

SCENARIO("a board without its page has nothing to be checked") {
  auto c = serving_at("127.0.0.1", true);
  c.web.enabled = false;
  CHECK(verdict_on(check_web(c, 0), "web.enabled is false") == mark::note);
}

SCENARIO("a token that cannot be had is a fault") {
  auto c = serving_at("127.0.0.1", true);
  c.web.token_file = "/no/such/token";
  const auto found = check_web(c, 0);
  REQUIRE_EQ(found.size(), 2u);
  CHECK(found[1].verdict == mark::fault);
  CHECK(found[1].text.find("ledactor.web.token-file: /no/such/token") == 0);
}
