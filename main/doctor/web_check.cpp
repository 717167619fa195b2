#include "main/doctor/web_check.hpp"

#include "main/token.hpp"
#include "net/socket.hpp"
#include "web/http_client.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace ledactor::doctor {

namespace {

finding page_finding(const web_config& web, int bind_fault) {
  const auto where = web::host_and_port(web.listen, web.port);
  if (bind_fault == 0) {
    return ok(fmt::format("the page is at http://{}/ while the board runs", where));
  }
  if (bind_fault == EADDRINUSE && !web.is_port_given) {
    return warning(
        fmt::format("ledactor.web.port: another process listens on {}, so the board would "
                    "run without its page",
                    where),
        "stop it, if it is not this very board, or choose another web.port");
  }
  if (bind_fault == EADDRNOTAVAIL) {
    return warning(fmt::format("ledactor.web.listen: no interface has the address {}, so nobody "
                               "would reach the page yet",
                               web.listen),
                   "give an interface that address, or listen on one that there is");
  }
  return fault(
      fmt::format("ledactor.web.port: cannot listen on {}: {}", where, std::strerror(bind_fault)),
      "choose another web.port, or an address of this machine for web.listen");
}

}  // namespace

findings check_web(const config& c, int bind_fault) {
  if (!c.web.enabled) {
    return {note("left out: web.enabled is false")};
  }
  findings found{page_finding(c.web, bind_fault)};
  if (c.web.token_file.empty()) {
    found.push_back(note("every program of this machine may ask, and steer the board"));
    return found;
  }
  const auto token = read_token(c.web.token_file);
  const auto* why = std::get_if<failure>(&token);
  found.push_back(why != nullptr ? fault_from(why->text)
                                 : ok("who asks must show the token, which travels in the clear"));
  return found;
}

}  // namespace ledactor::doctor
