#include "net/carrier_reader.hpp"

#include <algorithm>
#include <cstring>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <utility>

namespace ledactor::net {

namespace {

/// IFF_LOWER_UP of netdevice(7): there is a carrier. glibc's header lacks it, and the kernel's does
/// not go with glibc's.
constexpr unsigned has_carrier = 1U << 16U;

/// A header at the beginning of some bytes; nothing if they are too few.
template <class Header>
std::optional<Header> header_of(std::span<const std::byte> bytes) {
  Header header;
  if (bytes.size() < sizeof(header)) {
    return std::nullopt;
  }
  std::memcpy(&header, bytes.data(), sizeof(header));
  return header;
}

/// All messages and attributes begin at a multiple of four bytes.
std::span<const std::byte> after(std::span<const std::byte> bytes, std::size_t size) {
  return bytes.subspan(std::min(bytes.size(), (size + 3) / 4 * 4));
}

/// An interface's name, from the attributes of a message about it.
std::string name_in(std::span<const std::byte> attributes) {
  while (const auto header = header_of<rtattr>(attributes)) {
    const std::size_t size = header->rta_len;
    if (size < sizeof(rtattr) || size > attributes.size()) {
      break;
    }
    if (header->rta_type == IFLA_IFNAME) {
      const auto value = attributes.subspan(sizeof(rtattr), size - sizeof(rtattr));
      const auto* text = reinterpret_cast<const char*>(value.data());
      return {text, ::strnlen(text, value.size())};
    }
    attributes = after(attributes, size);
  }
  return {};
}

}  // namespace

std::vector<carrier_change> carrier_reader::read(std::span<const std::byte> messages) {
  std::vector<carrier_change> changes;
  while (const auto header = header_of<nlmsghdr>(messages)) {
    const std::size_t size = header->nlmsg_len;
    if (size < sizeof(nlmsghdr) || size > messages.size()) {
      break;
    }
    const bool is_answer = (header->nlmsg_flags & NLM_F_MULTI) != 0;
    const auto body = messages.subspan(sizeof(nlmsghdr), size - sizeof(nlmsghdr));
    if (auto change = header->nlmsg_type == RTM_NEWADDR
                          ? on_address(body)
                          : on_link(header->nlmsg_type, is_answer, body)) {
      changes.push_back(std::move(*change));
    }
    messages = after(messages, size);
  }
  return changes;
}

std::optional<carrier_change> carrier_reader::on_link(std::uint16_t type, bool is_answer,
                                                      std::span<const std::byte> body) {
  const auto link = header_of<ifinfomsg>(body);
  if ((type != RTM_NEWLINK && type != RTM_DELLINK) || !link || link->ifi_family != AF_UNSPEC
      || link->ifi_type != ARPHRD_ETHER) {
    return std::nullopt;
  }
  const carrier_change now{.interface = static_cast<unsigned>(link->ifi_index),
                           .name = name_in(after(body, sizeof(ifinfomsg))),
                           .plugged = type == RTM_NEWLINK && (link->ifi_flags & has_carrier) != 0};
  const auto known = known_.find(now.interface);
  const bool is_known = known != known_.end();
  if (!is_known && is_wireless_(now.name)) {
    return std::nullopt;
  }
  const bool was_plugged = is_known ? known->second.plugged : is_answer && now.plugged;
  if (type == RTM_DELLINK) {
    known_.erase(now.interface);
  } else {
    known_[now.interface] = now;
  }
  return now.plugged != was_plugged ? std::optional{now} : std::nullopt;
}

std::optional<carrier_change> carrier_reader::on_address(std::span<const std::byte> body) const {
  const auto address = header_of<ifaddrmsg>(body);
  const auto known = address ? known_.find(address->ifa_index) : known_.end();
  return known != known_.end() && known->second.plugged ? std::optional{known->second}
                                                        : std::nullopt;
}

}  // namespace ledactor::net
