#include "web/http_connection.hpp"

#include "actors/log.hpp"
#include "web/http_headers.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <exception>
#include <limits>
#include <utility>

namespace ledactor::web {

namespace beast = boost::beast;
namespace http = beast::http;

namespace {

std::string string_of(beast::string_view text) {
  return {text.data(), text.size()};
}

/// Whether a header is there twice of those that decide who may ask, and that programs on the way
/// may have read differently.
bool is_ambiguous(const http::fields& fields) {
  constexpr std::array deciding{http::field::host, http::field::origin, http::field::authorization};
  return std::any_of(deciding.begin(), deciding.end(),
                     [&](auto name) { return fields.count(name) > 1; });
}

/// Whether an answer ends the connection: one that asks for what it may not has no place here.
bool is_refusal(unsigned status) {
  return status == 400 || status == 401 || status == 403 || status == 421;
}

bool is_of_http(beast::error_code fault) {
  return fault.category() == http::make_error_code(http::error::bad_method).category()
         && fault != http::error::end_of_stream && fault != http::error::partial_message;
}

}  // namespace

http_connection::http_connection(boost::asio::ip::tcp::socket socket,
                                 std::shared_ptr<http_hall> hall, places::id id)
    : stream_(std::move(socket)),
      hall_(std::move(hall)),
      id_(id),
      silence_(stream_.get_executor()) {}

http_connection::~http_connection() {
  hall_->taken.leave(id_);
  hall_->viewers -= last_event_ ? 1 : 0;
  if (hall_->viewers == 0 && hall_->all_gone) {
    hall_->all_gone();
  }
}

void http_connection::read() {
  hall_->taken.wait(id_);
  parser_.emplace();
  parser_->header_limit(max_header_size);
  parser_->body_limit(std::numeric_limits<std::uint64_t>::max());  // none is read
  skipped_ = 0;
  stream_.expires_after(request_timeout);
  read_header();
}

// One empty line may come before a request: RFC 9112, section 2.2.
void http_connection::read_header() {
  constexpr std::string_view empty_line = "\r\n";
  while (skipped_ < empty_line.size() && buffer_.size() > 0
         && *static_cast<const char*>(buffer_.data().data()) == empty_line[skipped_]) {
    buffer_.consume(1);
    ++skipped_;
  }
  if (buffer_.size() == 0) {
    stream_.async_read_some(buffer_.prepare(max_header_size),
                            [me = shared_from_this()](beast::error_code fault, std::size_t n) {
                              me->buffer_.commit(n);
                              if (!fault) {
                                me->read_header();
                              }  // else it is gone, or late
                            });
    return;
  }
  http::async_read_header(stream_, buffer_, *parser_,
                          [me = shared_from_this()](beast::error_code fault, std::size_t) {
                            if (fault) {
                              me->on_bad_request(fault);
                            } else {
                              me->on_header();
                            }
                          });
}

// No call takes a body, so none is read: a chunk's extension, a trailer or a chunk's size may have
// no end, and Beast's limits count none of them.
void http_connection::on_header() {
  hall_->taken.ask(id_);
  const auto& asked = parser_->get();
  if (!parser_->is_done()) {
    answer(asked.count(http::field::expect) > 0
               ? error_answer(417, "nothing here needs a body: send none")
               : error_answer(413, "nothing here takes a body: send none"));
  } else if (asked.count(http::field::transfer_encoding) > 0) {  // RFC 9112, section 6.3
    answer(error_answer(400, "a body whose end nobody can tell"));
  } else {
    on_request();
  }
}

void http_connection::on_bad_request(beast::error_code fault) {
  if (fault == http::error::header_limit || fault == http::error::buffer_overflow) {
    answer(error_answer(431, "too long a header"));
  } else if (is_of_http(fault)) {
    answer(error_answer(400, "this is no HTTP request"));
  }  // else it is gone, or late
}

void http_connection::on_request() {
  const auto& asked = parser_->get();
  if (is_ambiguous(asked)) {
    answer(error_answer(400, "a header is there twice"));
    return;
  }
  request r{
      .method = string_of(asked.method_string()),
      .target = string_of(asked.target()),
      .host = string_of(asked[http::field::host]),
      .origin = string_of(asked[http::field::origin]),
      .fetch_site = string_of(asked["Sec-Fetch-Site"]),
      .authorization = string_of(asked[http::field::authorization]),
      .last_event_id = string_of(asked["Last-Event-ID"]),
  };
  if (hall_->answers.shows_token(r)) {
    hall_->taken.befriend(id_);
  }
  std::variant<response, subscription> reply;
  try {
    reply = hall_->answers.answer(std::move(r));
  } catch (const std::exception& e) {
    LEDACTOR_ERROR("web", "failed target={} why={}", log_text(string_of(asked.target())),
                   log_text(e.what()));
    reply = error_answer(500, "this board failed to answer; its log says why");
  }
  const auto* s = std::get_if<subscription>(&reply);
  if (s != nullptr && asked.method() == http::verb::head) {
    answer({200, std::string{event_type}, {}, {}});
  } else if (s != nullptr) {
    begin_events(*s);
  } else {
    answer(std::get<response>(std::move(reply)));
  }
}

void http_connection::answer(response r) {
  const bool is_whole = parser_->is_done();
  const bool keep = is_whole && !is_refusal(r.status) && parser_->get().keep_alive();
  auto message = std::make_shared<http::response<http::string_body>>();
  message->result(r.status);
  message->keep_alive(keep);
  set_common_headers(*message);
  if (!r.type.empty()) {
    message->set(http::field::content_type, r.type);
  }
  if (!r.allow.empty()) {
    message->set(http::field::allow, r.allow);
  }
  if (r.status == 401) {
    message->set(http::field::www_authenticate, "Bearer");
  }
  message->body() = std::move(r.body);
  if (r.status != 204 && r.type != event_type) {
    message->prepare_payload();
  }
  if (parser_->get().method() == http::verb::head) {
    message->body().clear();  // the header tells how long it would have been
  }
  stream_.expires_after(write_timeout);
  http::async_write(stream_, *message,
                    [me = shared_from_this(), message, keep](beast::error_code fault, std::size_t) {
                      if (!fault && keep) {
                        me->read();
                      } else if (!fault) {
                        me->linger();
                      }
                    });
}

// What came and was not read would have the kernel cut the connection, and take the answer along.
void http_connection::linger() {
  hall_->taken.wait(id_);
  beast::error_code ignored;
  stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(linger_timeout);
  discard(max_linger_size);
}

void http_connection::discard(std::size_t most) {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(4096),
                          [me = shared_from_this(), most](beast::error_code fault, std::size_t n) {
                            if (!fault && n < most) {
                              me->discard(most - n);
                            }
                          });
}

}  // namespace ledactor::web
