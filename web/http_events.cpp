// What a connection does once events were asked for: it is a viewer then, until it ends.

#include "web/http_connection.hpp"
#include "web/http_headers.hpp"
#include "web/http_server.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/write.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <sys/socket.h>
#include <utility>

namespace ledactor::web {

namespace beast = boost::beast;
namespace http = beast::http;

namespace {

/// After such a silence the kernel asks a viewer's machine whether it is still there, and how often
/// it asks; see tcp(7).
constexpr int probe_after = 5;  // [s]
constexpr int probe_every = 2;  // [s]

/// How long a viewer's machine may leave what it is sent, and these questions, unacknowledged: a
/// phone that has gone out of reach says no goodbye, and its presses must not outlive it for long.
constexpr int max_unacknowledged = 10'000;  // [ms]

/// Has the kernel end a connection whose other end is out of reach.
void watch_other_end(int socket) {
  const auto set = [socket](int level, int option, int value) {
    ::setsockopt(socket, level, option, &value, sizeof(value));
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, probe_after);
  set(IPPROTO_TCP, TCP_KEEPINTVL, probe_every);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, max_unacknowledged);
}

/// In the form of server-sent events.
std::string stream_text(const event& e) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", e.id, event_name(e),
                     text_of(event_json(e)));
}

}  // namespace

void http_connection::begin_events(const subscription& s) {
  if (hall_->viewers == max_viewers) {
    answer(error_answer(503, fmt::format("{} viewers look on already: close one", max_viewers)));
    return;
  }
  ++hall_->viewers;
  hall_->taken.look_on(id_);
  last_event_ = s.since;
  watch_other_end(stream_.socket().native_handle());
  http::response<http::empty_body> head;
  head.result(http::status::ok);
  head.keep_alive(false);
  set_common_headers(head);
  head.set(http::field::content_type, beast::string_view{event_type.data(), event_type.size()});
  head.set("X-Accel-Buffering", "no");  // nginx would keep events until it has some pages of them
  wait_for_end();
  viewer_ = s.viewer;
  if (!viewer_.empty()) {
    hall_->answers.fingers().begin_stream(viewer_);
  }
  write_text((std::ostringstream{} << head.base()).str());
}

// A viewer has nothing more to say: whatever comes is its end.
void http_connection::wait_for_end() {
  stream_.expires_never();
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(1), [me = shared_from_this()](
                                                  beast::error_code, std::size_t) { me->leave(); });
}

void http_connection::wake() {
  if (last_event_ && !writing_ && stream_.socket().is_open()) {
    send_events();
  }
}

// What comes while something is being sent is found in the history afterwards: a slow viewer is
// behind, and one that is too far behind reads the status again.
void http_connection::send_events() {
  const auto news = hall_->view->since(*last_event_);
  std::string text;
  if (!news.complete) {
    last_event_ = hall_->view->now().last_event;
    text = fmt::format("id: {}\nevent: reset\ndata: {{}}\n\n", *last_event_);
  }
  for (const auto& e : news.events) {
    text += stream_text(e);
    last_event_ = e.id;
  }
  if (text.empty() && hall_->all_gone) {
    leave();
  } else if (text.empty()) {
    wait_for_heartbeat();
  } else {
    write_text(std::move(text));
  }
}

void http_connection::write_text(std::string text) {
  silence_.cancel();
  writing_ = true;
  text_ = std::move(text);
  stream_.expires_after(write_timeout);  // this write alone: the end is being waited for already
  boost::asio::async_write(stream_, boost::asio::buffer(text_),
                           [me = shared_from_this()](beast::error_code fault, std::size_t) {
                             me->writing_ = false;
                             if (fault || !me->stream_.socket().is_open()) {
                               me->leave();
                             } else {
                               me->send_events();
                             }
                           });
}

void http_connection::wait_for_heartbeat() {
  silence_.expires_after(event_heartbeat);
  silence_.async_wait([me = shared_from_this()](beast::error_code fault) {
    if (!fault && !me->writing_) {
      me->write_text(": still here\n\n");
    }
  });
}

void http_connection::leave() {
  silence_.cancel();
  stream_.close();
  if (const auto viewer = std::exchange(viewer_, {}); !viewer.empty()) {
    hall_->answers.fingers().end_stream(viewer, std::chrono::steady_clock::now());
  }
}

}  // namespace ledactor::web
