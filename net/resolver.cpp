#include "net/resolver.hpp"

#include <array>
#include <cerrno>
#include <ctime>
#include <mutex>
#include <netinet/in.h>
#include <utility>
#include <vector>

namespace ledactor::net {

namespace {

/// One look-up of glibc's own resolver thread (getaddrinfo_a(3)), which needs this memory until
/// it is done, even if nobody waits any more.
struct lookup {
  std::string host;
  std::string port;
  addrinfo hints{};
  gaicb request{};

  lookup(std::string h, std::uint16_t p) : host(std::move(h)), port(std::to_string(p)) {
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    request.ar_name = host.c_str();
    request.ar_service = port.c_str();
    request.ar_request = &hints;
  }
  lookup(const lookup&) = delete;
  lookup& operator=(const lookup&) = delete;
  ~lookup() {
    if (request.ar_result != nullptr) {
      ::freeaddrinfo(request.ar_result);
    }
  }
};

/// The look-ups that nobody waits for any more, until the resolver has finished with them.
/// Never destroyed: its thread may outlive every other part of the program.
class lost_lookups {
public:
  static lost_lookups& instance() {
    static auto* one = new lost_lookups;
    return *one;
  }

  /// Whether there is room for one more, once those that have finished are gone.
  bool sweep() {
    const std::lock_guard guard{mutex_};
    std::erase_if(lookups_, [](const std::unique_ptr<lookup>& look) {
      return ::gai_error(&look->request) != EAI_INPROGRESS;
    });
    return lookups_.size() < max_lost_lookups;
  }

  void add(std::unique_ptr<lookup> look) {
    const std::lock_guard guard{mutex_};
    lookups_.push_back(std::move(look));
  }

private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<lookup>> lookups_;
};

}  // namespace

std::variant<address_list, socket_error> resolve(const std::string& host, std::uint16_t port,
                                                 const std::stop_token& stop, deadline until) {
  const socket_error unanswered{ETIMEDOUT, "the name service does not answer"};
  auto& lost = lost_lookups::instance();
  if (!lost.sweep()) {
    return unanswered;
  }
  auto look = std::make_unique<lookup>(host, port);
  std::array<gaicb*, 1> list{&look->request};
  auto fault = ::getaddrinfo_a(GAI_NOWAIT, list.data(), 1, nullptr);
  const std::array<const gaicb*, 1> waiting{&look->request};
  while (fault == 0 && ::gai_error(&look->request) == EAI_INPROGRESS && !is_over(stop, until)) {
    const timespec slice{0, std::chrono::nanoseconds{stop_latency}.count()};
    ::gai_suspend(waiting.data(), 1, &slice);
  }
  fault = fault != 0 ? fault : ::gai_error(&look->request);
  if (fault == EAI_INPROGRESS) {
    if (::gai_cancel(&look->request) == EAI_NOTCANCELED) {
      lost.add(std::move(look));  // the resolver's thread still writes to it
    }
    return unanswered;
  }
  if (fault != 0) {
    return socket_error{EHOSTUNREACH, ::gai_strerror(fault)};
  }
  return address_list{std::exchange(look->request.ar_result, nullptr), &::freeaddrinfo};
}

}  // namespace ledactor::net
