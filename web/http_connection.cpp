#include "web/http_connection.hpp"

#include "web/http_server.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace ledactor::web {

namespace beast = boost::beast;
namespace http = beast::http;

namespace {

/// What every answer says: what of it may be kept, and what a page may do with it.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

template <class Message>
void set_common_headers(Message& m) {
  m.set(http::field::cache_control, "no-store");
  m.set("Content-Security-Policy", beast::string_view{policy.data(), policy.size()});
  m.set("X-Content-Type-Options", "nosniff");
  m.set("Referrer-Policy", "no-referrer");
  m.set("Cross-Origin-Resource-Policy", "same-origin");
}

std::string string_of(beast::string_view text) {
  return {text.data(), text.size()};
}

/// In the form of server-sent events.
std::string stream_text(const event& e) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", e.id, event_name(e),
                     text_of(event_json(e)));
}

}  // namespace

http_connection::http_connection(boost::asio::ip::tcp::socket socket,
                                 std::shared_ptr<http_hall> hall)
    : stream_(std::move(socket)), hall_(std::move(hall)), silence_(stream_.get_executor()) {
  ++hall_->connections;
}

http_connection::~http_connection() {
  --hall_->connections;
  hall_->viewers -= last_event_ ? 1 : 0;
}

void http_connection::read() {
  parser_.emplace();
  parser_->header_limit(max_header_size);
  parser_->body_limit(max_body_size);
  stream_.expires_after(request_timeout);
  http::async_read(stream_, buffer_, *parser_,
                   [me = shared_from_this()](beast::error_code fault, std::size_t) {
                     if (!fault) {
                       me->on_request();
                     } else if (fault == http::error::header_limit) {
                       me->answer({431, "text/plain", "too long a header\n", {}});
                     } else if (fault == http::error::body_limit) {
                       me->answer({413, "text/plain", "too long a body\n", {}});
                     }  // else it is gone, or late, or does not speak HTTP
                   });
}

void http_connection::on_request() {
  const auto& asked = parser_->get();
  auto reply = hall_->answers.answer({
      .method = string_of(asked.method_string()),
      .target = string_of(asked.target()),
      .host = string_of(asked[http::field::host]),
      .origin = string_of(asked[http::field::origin]),
      .authorization = string_of(asked[http::field::authorization]),
      .last_event_id = string_of(asked["Last-Event-ID"]),
  });
  if (const auto* s = std::get_if<subscription>(&reply)) {
    begin_events(*s);
  } else {
    answer(std::get<response>(std::move(reply)));
  }
}

void http_connection::answer(response r) {
  const bool keep = parser_->is_done() && parser_->get().keep_alive();
  auto message = std::make_shared<http::response<http::string_body>>();
  message->result(r.status);
  message->keep_alive(keep);
  set_common_headers(*message);
  if (!r.type.empty()) {
    message->set(http::field::content_type, r.type.starts_with("text/") && r.type.find(';') == r.type.npos
                                                ? r.type + "; charset=utf-8"
                                                : r.type);
  }
  if (!r.allow.empty()) {
    message->set(http::field::allow, r.allow);
  }
  message->body() = std::move(r.body);
  if (r.status != 204) {
    message->prepare_payload();
  }
  stream_.expires_after(write_timeout);
  http::async_write(stream_, *message,
                    [me = shared_from_this(), message, keep](beast::error_code fault, std::size_t) {
                      if (fault) {
                        return;
                      }
                      if (keep) {
                        me->read();
                      } else {
                        beast::error_code ignored;
                        me->stream_.socket().shutdown(
                            boost::asio::ip::tcp::socket::shutdown_send, ignored);
                      }
                    });
}

void http_connection::begin_events(const subscription& s) {
  if (hall_->viewers == max_viewers) {
    answer({503, "application/json",
            text_of({{"error", fmt::format("{} viewers look on already: close one", max_viewers)}}) + "\n",
            {}});
    return;
  }
  ++hall_->viewers;
  last_event_ = s.since;
  http::response<http::string_body> head;
  head.result(http::status::ok);
  head.keep_alive(false);
  set_common_headers(head);
  head.set(http::field::content_type, "text/event-stream");
  write_text((std::ostringstream{} << head.base()).str());
}

void http_connection::wake() {
  if (last_event_ && !writing_) {
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
  if (text.empty()) {
    wait_for_heartbeat();
  } else {
    write_text(std::move(text));
  }
}

void http_connection::write_text(std::string text) {
  silence_.cancel();
  writing_ = true;
  text_ = std::move(text);
  stream_.expires_after(write_timeout);
  boost::asio::async_write(stream_, boost::asio::buffer(text_),
                           [me = shared_from_this()](beast::error_code fault, std::size_t) {
                             me->writing_ = false;
                             if (!fault) {
                               me->send_events();
                             }
                           });
}

void http_connection::wait_for_heartbeat() {
  stream_.expires_never();
  silence_.expires_after(event_heartbeat);
  silence_.async_wait([me = shared_from_this()](beast::error_code fault) {
    if (!fault && !me->writing_) {
      me->write_text(": still here\n\n");
    }
  });
}

}  // namespace ledactor::web
