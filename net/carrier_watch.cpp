#include "net/carrier_watch.hpp"

#include "net/stop_waiter.hpp"

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

carrier_watch::carrier_watch(std::function<void()> changed)
    : changed_(std::move(changed)),
      socket_(open_socket()),
      reader_(is_wireless),
      buffer_(buffer_size) {
  if (!socket_) {
    fault_ = errno;
    return;
  }
  try {
    thread_ = std::jthread{[this](const std::stop_token& stop) {
      listen(stop);
    }};
  } catch (const std::system_error& why) {
    fault_ = why.code().value();
  }
}

void carrier_watch::listen(const std::stop_token& stop) {
  ask_for_all();
  stop_waiter waiter{stop};
  do {
    receive();
  } while (waiter.wait({{socket_.get(), POLLIN, 0}}, std::chrono::steady_clock::time_point::max()));
}

/// Reads all that is there.
void carrier_watch::receive() {
  for (;;) {
    sockaddr_nl sender{};
    socklen_t size = sizeof(sender);
    const auto got = ::recvfrom(socket_.get(), buffer_.data(), buffer_.size(), 0,
                                reinterpret_cast<sockaddr*>(&sender), &size);
    if (got < 0 && errno == ENOBUFS) {
      ask_for_all();  // some was lost, since there was too much of it
    } else if (got < 0) {
      return;
    } else if (sender.nl_pid == 0) {  // from the kernel, and nobody else
      add(reader_.read(std::span{buffer_}.first(static_cast<std::size_t>(got))));
    }
  }
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

void carrier_watch::add(std::vector<carrier_change> changes) {
  {
    const std::lock_guard guard{mutex_};
    const auto room = max_carrier_changes - changes_.size();
    changes.resize(std::min(changes.size(), room));
    if (changes.empty()) {
      return;
    }
    const bool was_told = !changes_.empty();
    std::move(changes.begin(), changes.end(), std::back_inserter(changes_));
    if (was_told) {
      return;
    }
  }
  changed_();
}

std::vector<carrier_change> carrier_watch::take() {
  const std::lock_guard guard{mutex_};
  return std::exchange(changes_, {});
}

}  // namespace ledactor::net
