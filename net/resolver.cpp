#include "net/resolver.hpp"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <netdb.h>
#include <system_error>
#include <thread>
#include <utility>

namespace ledactor::net {

/// Who waits for an answer.
struct lookup::asker {
  std::mutex mutex;
  std::function<void()> answered;  ///< null: nobody any more
  std::optional<found_addresses> answer;

  bool is_gone() {
    const std::lock_guard guard{mutex};
    return !answered;
  }

  void take_answer(found_addresses found) {
    const std::lock_guard guard{mutex};
    answer = std::move(found);
    if (answered) {
      answered();
    }
  }
};

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

/// A question to the name service, and who wants to know.
struct question {
  std::string host;
  std::uint16_t port;
  std::vector<std::shared_ptr<lookup::asker>> askers;

  /// Nobody waits for it any more.
  bool is_idle() {
    std::erase_if(askers, [](const auto& a) { return a->is_gone(); });
    return askers.empty();
  }
};

/// The name service, and what it is asked. Never destroyed: the thread that asks may outlive every
/// other part of the program.
class name_service {
public:
  static name_service& instance() {
    static auto* one = new name_service;
    return *one;
  }

  /// @throws std::system_error if there can be no more threads.
  void add(const std::string& host, std::uint16_t port, std::shared_ptr<lookup::asker> asker) {
    const std::lock_guard guard{mutex_};
    if (!questions_.empty()) {  // all but the one that is asked now
      questions_.erase(std::remove_if(questions_.begin() + 1, questions_.end(),
                                      [](auto& q) { return q.is_idle(); }),
                       questions_.end());
    }
    const auto same = std::find_if(questions_.begin(), questions_.end(),
                                   [&](const auto& q) { return q.host == host && q.port == port; });
    if (same != questions_.end()) {
      same->is_idle();
      same->askers.push_back(std::move(asker));
      return;
    }
    questions_.push_back({host, port, {std::move(asker)}});
    if (questions_.size() == 1) {
      try {
        std::thread{[this] {
          run();
        }}.detach();
      } catch (...) {
        questions_.clear();
        throw;
      }
    }
  }

private:
  void run() {
    std::unique_lock guard{mutex_};
    while (!questions_.empty()) {
      const auto host = questions_.front().host;
      const auto port = questions_.front().port;
      guard.unlock();
      const auto answer = ask(host, port, 0);
      guard.lock();
      const auto asked = std::move(questions_.front());
      questions_.pop_front();
      for (const auto& asker : asked.askers) {
        asker->take_answer(answer);
      }
    }
  }

  std::mutex mutex_;
  std::deque<question> questions_;  ///< the first is asked now
};

}  // namespace

lookup::lookup(const std::string& host, std::uint16_t port, std::function<void()> answered)
    : asker_(std::make_shared<asker>()) {
  asker_->answered = std::move(answered);
  auto found = ask(host, port, AI_NUMERICHOST);
  if (std::holds_alternative<std::vector<socket_address>>(found)) {
    asker_->take_answer(std::move(found));
  } else if (is_address(host)) {
    asker_->take_answer(socket_error{ENODEV, "no such interface"});
  } else {
    try {
      name_service::instance().add(host, port, asker_);
    } catch (const std::system_error& fault) {
      asker_->take_answer(socket_error{EAGAIN, fault.code().message()});
    }
  }
}

lookup::~lookup() {
  const std::lock_guard guard{asker_->mutex};
  asker_->answered = nullptr;
}

std::optional<found_addresses> lookup::take() {
  const std::lock_guard guard{asker_->mutex};
  return std::exchange(asker_->answer, std::nullopt);
}

found_addresses resolve(const std::string& host, std::uint16_t port,
                        std::chrono::steady_clock::time_point until) {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_answered = false;
  lookup look{host, port, [&] {
                const std::lock_guard guard{mutex};
                is_answered = true;
                changed.notify_all();
              }};
  std::unique_lock guard{mutex};
  changed.wait_until(guard, until, [&] { return is_answered; });
  guard.unlock();
  auto found = look.take();
  return found ? std::move(*found) : socket_error{ETIMEDOUT, "the name service does not answer"};
}

}  // namespace ledactor::net
