#include "net/dialer.hpp"

#include "net/connect_race.hpp"
#include "net/resolver.hpp"
#include "net/stop_waiter.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace ledactor::net {

using std::chrono::steady_clock;

socket_result dialer::attempt(const std::string& host, std::uint16_t port,
                              std::chrono::nanoseconds limit, const std::stop_token& stop) {
  looking_up_ = true;
  auto found = resolve(host, port, stop, steady_clock::time_point::max());
  looking_up_ = false;
  if (auto* fault = std::get_if<socket_error>(&found)) {
    return std::move(*fault);
  }
  connect_race race{interleave(std::get<std::vector<socket_address>>(found)), limit};
  stop_waiter waiter{stop};
  do {
    if (auto result = race.step(steady_clock::now())) {
      return std::move(*result);
    }
  } while (waiter.wait(race.descriptors(), race.due()));
  return socket_error{ECANCELED, "not wanted any more"};
}

void dialer::dial(const std::string& host, std::uint16_t port, std::chrono::nanoseconds limit) {
  thread_ = {};  // whose attempt must not end after the next one's begin
  take();
  try {
    thread_ = std::jthread{[this, host, port, limit](const std::stop_token& stop) {
      auto result = attempt(host, port, limit, stop);
      if (!stop.stop_requested()) {
        finish(std::move(result));
      }
    }};
  } catch (const std::system_error& fault) {
    finish(socket_error{EAGAIN, fault.code().message()});
  }
}

void dialer::finish(socket_result result) {
  {
    const std::lock_guard guard{mutex_};
    result_ = std::move(result);
  }
  done_();
}

std::optional<socket_result> dialer::take() {
  const std::lock_guard guard{mutex_};
  return std::exchange(result_, std::nullopt);
}

}  // namespace ledactor::net
