#include "net/resolver.hpp"

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace ledactor::net {

namespace {

/// Asks the name service, for as long as that takes; with AI_NUMERICHOST, nobody.
found_addresses ask(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* list = nullptr;
  const auto fault = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (fault != 0) {
    return socket_error{EHOSTUNREACH, ::gai_strerror(fault)};
  }
  std::vector<socket_address> found;
  for (const auto* entry = list; entry != nullptr; entry = entry->ai_next) {
    auto& address = found.emplace_back();
    address.size = entry->ai_addrlen;
    std::memcpy(&address.storage, entry->ai_addr, address.size);
  }
  ::freeaddrinfo(list);
  return found;
}

/// A question to the name service, and the answer once it has come.
struct lookup {
  std::string host;
  std::uint16_t port;
  std::optional<found_addresses> answer;
};

/// The name service, and what it is asked now. Never destroyed: the thread that asks may outlive
/// every other part of the program.
struct name_service {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::shared_ptr<lookup> asked;  ///< null: nothing

  static name_service& instance() {
    static auto* one = new name_service;
    return *one;
  }

  bool is_asked(const std::string& host, std::uint16_t port) const {
    return asked && asked->host == host && asked->port == port;
  }

  /// Asks on a thread of its own. The caller holds the mutex.
  /// @throws std::system_error if there can be no more threads.
  void begin(const std::string& host, std::uint16_t port) {
    auto look = std::make_shared<lookup>(lookup{host, port, {}});
    std::thread{[this, look] {
      auto answer = ask(look->host, look->port, 0);
      const std::lock_guard guard{mutex};
      look->answer = std::move(answer);
      asked = nullptr;
      changed.notify_all();
    }}.detach();
    asked = std::move(look);
  }
};

found_addresses ask_and_wait(const std::string& host, std::uint16_t port,
                             const std::stop_token& stop,
                             std::chrono::steady_clock::time_point until) {
  auto& service = name_service::instance();
  std::unique_lock guard{service.mutex};
  service.changed.wait_until(guard, stop, until,  // another question has to be over first
                             [&] { return !service.asked || service.is_asked(host, port); });
  if (!service.asked && !stop.stop_requested()) {
    try {
      service.begin(host, port);
    } catch (const std::system_error& fault) {
      return socket_error{EAGAIN, fault.code().message()};
    }
  }
  if (service.is_asked(host, port)) {
    const auto look = service.asked;
    service.changed.wait_until(guard, stop, until, [&] { return look->answer.has_value(); });
    if (look->answer) {
      return *look->answer;
    }
  }
  return stop.stop_requested() ? socket_error{ECANCELED, "not wanted any more"}
                               : socket_error{ETIMEDOUT, "the name service does not answer"};
}

}  // namespace

found_addresses resolve(const std::string& host, std::uint16_t port, const std::stop_token& stop,
                        std::chrono::steady_clock::time_point until) {
  auto found = ask(host, port, AI_NUMERICHOST);
  if (std::holds_alternative<std::vector<socket_address>>(found)) {
    return found;
  }
  return is_address(host) ? socket_error{ENODEV, "no such interface"}
                          : ask_and_wait(host, port, stop, until);
}

}  // namespace ledactor::net
