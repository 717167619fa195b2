#include "net/dialer.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace ledactor::net {

void dialer::dial(const std::string& host, std::uint16_t port, std::chrono::nanoseconds limit) {
  watching_.reset();
  race_.reset();
  limit_ = limit;
  lookup_ = std::make_unique<lookup>(host, port, on_news_);
}

std::optional<socket_result> dialer::go_on(time_point now) {
  if (auto fault = begin_race()) {
    return fault;
  }
  if (!race_) {
    return std::nullopt;
  }
  auto result = race_->step(now);
  if (result) {
    watching_.reset();
    race_.reset();
  } else {
    watching_->rearm();
  }
  return result;
}

/// Begins to connect, if the name service has answered. @returns why that cannot be.
std::optional<socket_result> dialer::begin_race() {
  auto found = lookup_ ? lookup_->take() : std::nullopt;
  if (!found) {
    return std::nullopt;
  }
  lookup_.reset();
  if (auto* fault = std::get_if<socket_error>(&*found)) {
    return std::move(*fault);
  }
  try {
    race_ = std::make_unique<connect_race>(
        interleave(std::get<std::vector<socket_address>>(*found)), limit_);
    watching_ = watch_(race_->fd(), on_news_);
  } catch (const std::system_error& fault) {
    race_.reset();
    return socket_error{fault.code().value(), fault.code().message()};
  }
  return std::nullopt;
}

std::optional<dialer::time_point> dialer::due() const {
  return race_ ? std::optional{race_->due()} : std::nullopt;
}

}  // namespace ledactor::net
