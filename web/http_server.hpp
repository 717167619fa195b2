#pragma once

#include "web/api.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace ledactor::web {

/// Most connections at a time; when one more comes, an idle one goes, see `places`.
inline constexpr std::size_t max_connections = 64;

/// Most of them that may be sent events: no more than half, since a viewer never goes for another.
inline constexpr std::size_t max_viewers = 32;

/// Largest request line with its headers [bytes], and all that a connection holds of what it was
/// sent. A body is refused before it is read: no call takes one.
inline constexpr std::uint32_t max_header_size = 8192;

/// How long a whole request may take to come, or the next one on the same connection, and how long
/// a viewer may take to read what it is sent.
inline constexpr std::chrono::seconds request_timeout{10};
inline constexpr std::chrono::seconds write_timeout{10};

/// How long, and how much, a connection is listened to after its last answer, so that who still
/// speaks gets to read it.
inline constexpr std::chrono::seconds linger_timeout{2};
inline constexpr std::size_t max_linger_size = 65'536;

/// What the kernel may hold of what a viewer has not read yet [bytes]; it doubles that.
inline constexpr int send_buffer_size = 65'536;

/// Descriptors that are left to the link: when no more of the process's are free, one goes for each
/// that comes.
inline constexpr int reserved_descriptors = 32;

/// How long an event waits for others, so that what happens together is sent in one piece; nobody
/// sees the difference.
inline constexpr std::chrono::milliseconds event_delay{20};

/// What the server's thread has less of than the link's, see nice(2): viewers wait for the link.
inline constexpr int thread_niceness = 10;

/// How long the end may take while viewers are sent what they have not heard yet.
inline constexpr std::chrono::milliseconds farewell_timeout{100};

/// The longest silence towards a viewer.
inline constexpr std::chrono::seconds event_heartbeat{15};

/// Serves the API and the page over HTTP/1.1, on one thread of its own: a viewer that is slow or
/// dead costs nobody but itself.
class http_server {
public:
  /// Listens, and answers nobody yet.
  /// @param address an IPv4 or IPv6 address; conf `ledactor.web.listen`.
  /// @param port 0 to 65535; 0: any that is free; conf `ledactor.web.port`.
  /// @throws std::system_error if it cannot be listened on. An address that no interface has is no
  /// fault: one may get it later.
  http_server(const std::string& address, std::uint16_t port);
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// Cuts all connections, once viewers have the last events.
  ~http_server();

  /// Answers from now on. Called once.
  void serve(api answers, std::shared_ptr<const board_view> view);

  /// The port it listens on.
  std::uint16_t port() const;

  /// Has all viewers sent what is new. Any thread may call it, also from an event's origin: it
  /// never blocks.
  void wake_viewers();

private:
  class listener;
  std::unique_ptr<listener> listener_;
};

}  // namespace ledactor::web
