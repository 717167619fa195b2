#include "net/stop_waiter.hpp"

#include <algorithm>
#include <cstdint>
#include <sys/eventfd.h>

namespace ledactor::net {

namespace {

/// How soon a stop is noticed if no eventfd could be made.
constexpr std::chrono::milliseconds slow_stop{50};

}  // namespace

stop_waiter::stop_waiter(const std::stop_token& stop)
    : stop_(stop), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), on_stop_(stop, [this] {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof(one));
      }) {}

bool stop_waiter::wait(std::vector<pollfd> descriptors,
                       std::chrono::steady_clock::time_point until) {
  using std::chrono::milliseconds;
  const auto longest = wake_ ? milliseconds{std::chrono::hours{1}} : slow_stop;
  const auto now = std::chrono::steady_clock::now();
  const auto left = until <= now             ? milliseconds{0}
                    : until - now >= longest ? longest
                                             : std::chrono::ceil<milliseconds>(until - now);
  descriptors.push_back({wake_.get(), POLLIN, 0});
  ::poll(descriptors.data(), descriptors.size(), static_cast<int>(left.count()));
  return !stop_.stop_requested();
}

}  // namespace ledactor::net
