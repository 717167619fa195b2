#define CAF_SUITE foreign

#include "net/foreign.hpp"

#include "net/frame.hpp"
#include "net/secure_channel.hpp"
#include "tests/net/flight.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <array>
#include <string_view>
#include <vector>

using namespace ledactor::net;

namespace {

std::string name_of(std::string_view text, std::uint16_t page_port = 0) {
  return name_foreign({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, page_port);
}

}  // namespace

SCENARIO("a browser is told where the page is, if there is one") {
  CHECK_EQ(name_of("GET / HTTP/1.1\r\n", 23880),
           "HTTP, not ledactor's wire: the page is at port 23880");
  CHECK_EQ(name_of("POST /api/quit HTTP/1.1\r\n"), "HTTP, not ledactor's wire");
  CHECK_EQ(name_of("HTTP/1.1 400 Bad Request\r\n"), "HTTP, not ledactor's wire");
  CHECK_EQ(name_of("\x16\x03\x01\x02\x3c\x01", 23880),
           "TLS, but not with a key of ledactor's: the page is at port 23880, by http");
}

SCENARIO("a shell's client is named, too") {
  CHECK_EQ(name_of("SSH-2.0-OpenSSH_9.2p1\r\n", 23880), "SSH, not ledactor's wire");
}

SCENARIO("our own wire is not foreign, nor is what nobody knows") {
  std::vector<std::uint8_t> bytes;
  append_frame(bytes, hello{1, 1, 4, 4, "GET "});
  CHECK_EQ(name_foreign(bytes, 23880), "");
  auto keys = std::make_shared<key_ring>();
  keys->emplace_back(std::array<std::uint8_t, key_size>{1});
  secure_channel channel{true, keys};
  channel.receive({});
  CHECK_EQ(name_foreign(test::flight_of(channel), 23880), "");
  CHECK_EQ(name_of("0000", 23880), "");
  CHECK_EQ(name_of("", 23880), "");
}
