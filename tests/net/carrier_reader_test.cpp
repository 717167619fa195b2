#define CAF_SUITE carrier_reader

#include "net/carrier_reader.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <cstring>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>

using namespace ledactor::net;

namespace {

using bytes = std::vector<std::byte>;
using changes = std::vector<carrier_change>;

/// What Linux 6.18 said of one end of a veth pair when the other was switched off: the message's
/// first attributes, with its length made to fit.
const std::string recorded =
    "5c000000100000000000000000000000"
    "00000100030000000310000000000000"
    "090003006e6561720000000008000d00e8030000050010000200000005001100000000000500430000000000080004"
    "00"
    "dc0500000800320044000000";

bytes of_hex(const std::string& text) {
  bytes all;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    all.push_back(static_cast<std::byte>(std::stoi(text.substr(i, 2), nullptr, 16)));
  }
  return all;
}

constexpr unsigned up = 1;             // IFF_UP
constexpr unsigned carrier = 0x10000;  // IFF_LOWER_UP

template <class T>
void append(bytes& to, const T& header) {
  const auto* from = reinterpret_cast<const std::byte*>(&header);
  to.insert(to.end(), from, from + sizeof(header));
}

void append_attribute(bytes& to, std::uint16_t type, const std::string& value) {
  append(to, rtattr{static_cast<std::uint16_t>(sizeof(rtattr) + value.size()), type});
  const auto* from = reinterpret_cast<const std::byte*>(value.data());
  to.insert(to.end(), from, from + value.size());
  to.resize((to.size() + 3) / 4 * 4);
}

struct message {
  std::uint16_t type = RTM_NEWLINK;
  std::uint16_t flags = 0;  ///< NLM_F_MULTI: an answer
  std::uint16_t device = ARPHRD_ETHER;
  std::uint8_t family = AF_UNSPEC;
  int index = 2;
  std::string name = "eth0";
  unsigned state = up | carrier;
};

bytes of(const message& m) {
  bytes all;
  append(all, nlmsghdr{0, m.type, m.flags, 0, 0});
  append(all, ifinfomsg{m.family, 0, m.device, m.index, m.state, 0xffffffff});
  append_attribute(all, IFLA_TXQLEN, {"\xe8\3\0\0", 4});
  append_attribute(all, IFLA_IFNAME, m.name + '\0');
  append_attribute(all, IFLA_QDISC, {"noqueue\0", 8});
  const auto size = static_cast<std::uint32_t>(all.size());
  std::memcpy(all.data(), &size, sizeof(size));
  return all;
}

struct fixture {
  carrier_reader reader{[](const std::string& name) {
    return name.starts_with("wl");
  }};

  changes read(const message& m) { return reader.read(of(m)); }

  /// The answer to a request, before all else.
  fixture() { CHECK(read({.flags = NLM_F_MULTI}).empty()); }
};

const carrier_change pulled{2, "eth0", false};
const carrier_change plugged{2, "eth0", true};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a carrier that is lost is a cable that was pulled, and one that is back was plugged in") {
  CHECK((read({.state = up}) == changes{pulled}));
  CHECK((read({}) == changes{plugged}));
}

SCENARIO("it reads what a kernel says") {
  read({.flags = NLM_F_MULTI, .index = 3, .name = "near"});
  CHECK((reader.read(of_hex(recorded)) == changes{{3, "near", false}}));
}

SCENARIO("what is told again, or of something else, is no change") {
  CHECK(read({}).empty());
  CHECK((read({.state = up}) == changes{pulled}));
  CHECK(read({.state = up}).empty());
  CHECK(read({.family = AF_BRIDGE}).empty());
}

SCENARIO("an address that a plugged interface gets is told as if it were plugged in now") {
  bytes address;
  append(address, nlmsghdr{sizeof(nlmsghdr) + sizeof(ifaddrmsg), RTM_NEWADDR, 0, 0, 0});
  append(address, ifaddrmsg{AF_INET, 24, 0, 0, 2});
  CHECK((reader.read(address) == changes{plugged}));
  read({.state = up});
  CHECK(reader.read(address).empty());
  read({.type = RTM_DELLINK});
  CHECK(reader.read(address).empty());
}

SCENARIO("an interface that is switched off, or taken away, has lost its cable") {
  CHECK((read({.state = 0}) == changes{pulled}));
  CHECK((read({}) == changes{plugged}));
  CHECK((read({.type = RTM_DELLINK}) == changes{pulled}));
  CHECK(read({.type = RTM_DELLINK}).empty());
}

SCENARIO("a new interface with a carrier is a cable that was plugged in, unless we asked") {
  CHECK((read({.index = 3, .name = "usb0"}) == changes{{3, "usb0", true}}));
  CHECK(read({.index = 4, .name = "usb1", .state = up}).empty());
  CHECK((read({.index = 4, .name = "usb1"}) == changes{{4, "usb1", true}}));
  CHECK(read({.flags = NLM_F_MULTI, .index = 5, .name = "usb2"}).empty());
}

SCENARIO(
    "what an answer tells of a known interface is a change, since messages may have been lost") {
  CHECK((read({.flags = NLM_F_MULTI, .state = up}) == changes{pulled}));
}

SCENARIO("neither a loopback nor Wi-Fi has a cable") {
  for (const auto state : {up | carrier, up, up | carrier}) {
    CHECK(read({.device = ARPHRD_LOOPBACK, .index = 1, .name = "lo", .state = state}).empty());
    CHECK(read({.index = 3, .name = "wlan0", .state = state}).empty());
  }
}

SCENARIO("several messages may come at once") {
  auto all = of({.state = up});
  for (const auto& m : {message{.index = 1, .name = "lo", .state = 0}, message{}}) {
    const auto more = of(m);
    all.insert(all.end(), more.begin(), more.end());
  }
  CHECK((reader.read(all) == changes{pulled, plugged}));
}

SCENARIO("a message that is cut short, or lies about its length, is read no further than it goes") {
  const auto whole = of({.state = up});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    fixture fresh;
    const bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));  // exactly
    CHECK(fresh.reader.read(cut).empty());
  }
  for (const std::size_t length : {0, 15}) {
    fixture fresh;
    auto bad = whole;
    std::memcpy(bad.data(), &length, sizeof(std::uint32_t));
    CHECK(fresh.reader.read(bad).empty());
  }
  auto bad_attribute = whole;
  const std::uint16_t none = 0;
  std::memcpy(&bad_attribute[sizeof(nlmsghdr) + sizeof(ifinfomsg)], &none, sizeof(none));
  CHECK((reader.read(bad_attribute) == changes{{2, "", false}}));
}

END_FIXTURE_SCOPE()
