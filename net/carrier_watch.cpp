#include "net/carrier_watch.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace ledactor::net {

namespace {

/// As much as the kernel gives at a time (netlink(7)).
constexpr std::size_t buffer_size = 32 * std::size_t{1024};

/// Most that is read at a time, before others have their turn.
constexpr int max_reads = 16;

/// Whether an interface is Wi-Fi, by the folder that the kernel's 802.11 layer makes for it.
bool is_wireless(const std::string& name) {
  const auto folder = "/sys/class/net/" + name;
  return ::access((folder + "/phy80211").c_str(), F_OK) == 0
         || ::access((folder + "/wireless").c_str(), F_OK) == 0;
}

unique_fd open_socket() {
  unique_fd socket{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)};
  sockaddr_nl where{};
  where.nl_family = AF_NETLINK;
  where.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
  if (socket
      && ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof(where)) != 0) {
    socket.reset();
  }
  return socket;
}

}  // namespace

carrier_watch::carrier_watch(const watch_function& watch, std::function<void()> on_news)
    : socket_(open_socket()), reader_(is_wireless), buffer_(buffer_size) {
  if (!socket_) {
    fault_ = errno;
    return;
  }
  try {
    watching_ = watch(socket_.get(), std::move(on_news));
  } catch (const std::system_error& why) {
    fault_ = why.code().value();
    return;
  }
  ask_for_all();
}

std::vector<carrier_change> carrier_watch::take() {
  std::vector<carrier_change> changes;
  if (!watching_) {
    return changes;
  }
  for (int i = 0; i < max_reads; ++i) {
    sockaddr_nl sender{};
    socklen_t size = sizeof(sender);
    const auto got = ::recvfrom(socket_.get(), buffer_.data(), buffer_.size(), 0,
                                reinterpret_cast<sockaddr*>(&sender), &size);
    if (got < 0 && errno == ENOBUFS) {
      ask_for_all();  // some was lost, since there was too much of it
    } else if (got < 0) {
      break;
    } else if (sender.nl_pid == 0) {  // from the kernel, and nobody else
      auto read = reader_.read(std::span{buffer_}.first(static_cast<std::size_t>(got)));
      std::move(read.begin(), read.end(), std::back_inserter(changes));
    }
  }
  watching_->rearm();
  return changes;
}

/// Has the kernel tell of all interfaces.
void carrier_watch::ask_for_all() const {
  struct {
    nlmsghdr header{};
    ifinfomsg link{};
  } request;
  request.header.nlmsg_len = sizeof(request);
  request.header.nlmsg_type = RTM_GETLINK;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  ::send(socket_.get(), &request, sizeof(request), 0);
}

}  // namespace ledactor::net
