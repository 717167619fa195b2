#pragma once

#include "tests/bench/child.hpp"
#include "tests/bench/line_channel.hpp"
#include "tests/bench/loopback.hpp"
#include "tests/bench/timing.hpp"

#include <cstddef>
#include <cstdint>

namespace ledactor::bench {

/// Size of a `levels` frame [bytes]; see net/PROTOCOL.md.
inline constexpr std::size_t message_size = 23;

/// The least that a link costs: one process sends a message over TCP, another gets it through
/// epoll. Both read the clock themselves, and nothing else is in between.
class tcp_floor {
public:
  tcp_floor();

  /// Sends messages at the pace of the presses, and of the releases, and appends how long those of
  /// the presses took: from before `send` to after `recv`.
  void drive(std::size_t presses, std::uint64_t seed, samples& out);

private:
  /// One block of presses; the sender's orders.
  struct order {
    std::size_t presses;
    std::uint64_t seed;
  };

  int send_all() const;
  int receive_all() const;

  tcp_pair link_;
  pipe_ends orders_ = make_pipe();
  pipe_ends results_ = make_pipe();
  child receiver_;
  child sender_;
};

/// The least that any program costs that reads presses from stdin, prints LEDs on stdout and has
/// the link in between: two processes that do nothing else.
class pipe_floor {
public:
  pipe_floor();

  line_channel& boards() { return boards_; }

private:
  int press_to_link() const;
  int link_to_led() const;

  tcp_pair link_;
  pipe_ends input_ = make_pipe();
  pipe_ends output_ = make_pipe();
  child left_;
  child right_;
  line_channel boards_;
};

}  // namespace ledactor::bench
