#include "web/http_client.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <utility>

namespace ledactor::web {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

/// One question: each step begins the next, and one deadline is for all.
class question {
public:
  question(const board_address& where, http::request<http::empty_body> what)
      : what_(std::move(what)) {
    answer_.body_limit(max_answer_size);
    stream_.expires_after(answer_timeout);
    stream_.async_connect(asio::ip::tcp::endpoint{asio::ip::make_address(where.host), where.port},
                          [this](beast::error_code fault) { fault ? end(fault) : send(); });
    io_.run();
  }

  std::variant<reply, std::string> take() {
    if (fault_) {
      return fault_ == beast::error::timeout ? std::string{"no answer"} : fault_.message();
    }
    auto& got = answer_.get();
    return reply{got.result_int(), std::move(got.body())};
  }

private:
  void send() {
    http::async_write(stream_, what_, [this](beast::error_code fault, std::size_t) {
      fault ? end(fault) : receive();
    });
  }

  void receive() {
    http::async_read(stream_, buffer_, answer_,
                     [this](beast::error_code fault, std::size_t) { end(fault); });
  }

  void end(beast::error_code fault) {
    fault_ = fault;
    stream_.close();
  }

  asio::io_context io_{1};
  beast::tcp_stream stream_{io_};
  beast::flat_buffer buffer_{max_unparsed};
  http::request<http::empty_body> what_;
  http::response_parser<http::string_body> answer_;
  beast::error_code fault_;
};

}  // namespace

std::string host_and_port(const std::string& host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::variant<reply, std::string> ask(const board_address& where, const std::string& method,
                                     const std::string& target) {
  // The %interface of a link-local address means nothing to others: RFC 6874, section 4.
  const auto host = host_and_port(where.host.substr(0, where.host.find('%')), where.port);
  http::request<http::empty_body> what{http::string_to_verb(method), target, 11};
  what.set(http::field::host, host);
  what.set(http::field::origin, "http://" + host);  // as a page of that very board would
  if (!where.token.empty()) {
    what.set(http::field::authorization, "Bearer " + where.token);
  }
  what.keep_alive(false);
  what.prepare_payload();
  return question{where, std::move(what)}.take();
}

}  // namespace ledactor::web
