#pragma once

#include "net/socket.hpp"
#include "net/socket_address.hpp"

#include <cerrno>
#include <chrono>
#include <deque>
#include <optional>
#include <vector>

namespace ledactor::net {

/// How long an address may be the only one that is tried before the next one is, too: what RFC 8305
/// (section 5) recommends.
inline constexpr std::chrono::milliseconds attempt_delay{250};

/// Most addresses of a host that are tried. No board has as many; all together they are then done
/// within 2 s of the first.
inline constexpr std::size_t max_attempts = 8;

/// Puts addresses of the two families in turn, beginning with the first one's (RFC 8305, section
/// 4), and otherwise leaves their order; keeps `max_attempts`.
std::vector<socket_address> interleave(const std::vector<socket_address>& addresses);

/// Connects to one of a host's addresses, to the first that answers (RFC 8305): a new attempt is
/// begun `attempt_delay` after the last, or at once when one fails. Does not block: its owner waits
/// until its descriptor is readable, or a step is due.
class connect_race {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// @param addresses in the order in which they are tried.
  /// @param limit how long an attempt may take, > 0.
  /// @throws std::system_error if the process has no descriptor left.
  connect_race(const std::vector<socket_address>& addresses, std::chrono::nanoseconds limit);

  /// Begins the attempts that are due, and looks at those under way.
  /// @returns the first connection, the other attempts being dropped; once all attempts have
  /// failed, why the last to end did; nothing until then.
  std::optional<socket_result> step(time_point now);

  /// Readable when an attempt is over.
  int fd() const { return poll_.get(); }

  std::size_t under_way() const { return under_way_.size(); }

  /// When the next step is due, though no descriptor is ready.
  time_point due() const;

private:
  struct attempt {
    unique_fd socket;
    time_point until;
  };

  unique_fd look(time_point now);
  unique_fd begin(time_point now);

  unique_fd poll_;  ///< an epoll(7) of the attempts
  std::deque<socket_address> waiting_;
  std::chrono::nanoseconds limit_;
  std::vector<attempt> under_way_;
  time_point next_;  ///< when the next attempt is due
  socket_error fault_{EHOSTUNREACH, "no address"};
};

}  // namespace ledactor::net
