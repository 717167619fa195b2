#pragma once

#include "actors/descriptor_watch.hpp"
#include "net/connect_race.hpp"
#include "net/resolver.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ledactor::net {

/// Connects to a host without blocking: to the first of its addresses that answers, once the name
/// service has told them. One attempt at a time.
class dialer {
public:
  using time_point = connect_race::time_point;

  /// @param watch for the sockets that are about to connect.
  /// @param on_news called when it is time for `go_on`: on the loop's thread, on the one that asks
  /// the name service, or within `dial`.
  dialer(watch_function watch, std::function<void()> on_news)
      : watch_(std::move(watch)), on_news_(std::move(on_news)) {}

  /// Starts an attempt, dropping the one under way, if there is one.
  /// @param host a name or an address.
  /// @param limit how long each address may take to answer, > 0. The name service may take any
  /// time.
  void dial(const std::string& host, std::uint16_t port, std::chrono::nanoseconds limit);

  /// Goes on with an attempt.
  /// @returns its result, once; the socket is connected and does not block. Nothing while it is
  /// under way, or if there is none.
  std::optional<socket_result> go_on(time_point now);

  /// When to go on, though there are no news; none while only these count.
  std::optional<time_point> due() const;

  /// Whether an attempt is under way that has no address yet.
  bool is_looking_up() const { return lookup_ != nullptr; }

private:
  std::optional<socket_result> begin_race();

  watch_function watch_;
  std::function<void()> on_news_;
  std::chrono::nanoseconds limit_{0};
  std::unique_ptr<lookup> lookup_;
  std::unique_ptr<connect_race> race_;
  std::unique_ptr<descriptor_watch> watching_;  ///< before the race, whose descriptor it watches
};

}  // namespace ledactor::net
