#pragma once

#include "web/api.hpp"
#include "web/http_server.hpp"
#include "web/places.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ledactor::web {

/// What a server's connections share. One thread uses all of it.
struct http_hall {
  api answers;
  std::shared_ptr<const board_view> view;
  places taken{max_connections};
  std::size_t viewers = 0;
  std::function<void()> all_gone = {};  ///< set at the end: told when there is no viewer any more
};

/// One connection: a request, its answer, the next request; or, once events were asked for, those.
/// It lives for as long as it waits for something, and each wait has a limit.
class http_connection : public std::enable_shared_from_this<http_connection> {
public:
  /// @param id by which it has its place in the hall.
  http_connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<http_hall> hall,
                  places::id id);
  http_connection(const http_connection&) = delete;
  http_connection& operator=(const http_connection&) = delete;
  ~http_connection();

  /// Reads the next request.
  void read();

  /// Sends a viewer what is new.
  void wake();

  /// Ends it at once.
  void leave();

  places::id id() const { return id_; }

private:
  void read_header();
  void on_header();
  void on_request();
  void on_bad_request(boost::beast::error_code fault);
  void answer(response r);
  void linger();
  void discard(std::size_t most);

  void begin_events(const subscription& s);
  void wait_for_end();
  void send_events();
  void write_text(std::string text);
  void wait_for_heartbeat();

  boost::beast::tcp_stream stream_;
  std::shared_ptr<http_hall> hall_;
  places::id id_;
  boost::beast::flat_buffer buffer_{max_header_size};
  std::optional<boost::beast::http::request_parser<boost::beast::http::empty_body>> parser_;
  std::size_t skipped_ = 0;                  ///< of the empty line before a request
  std::optional<std::uint64_t> last_event_;  ///< of a viewer: the last it was sent
  std::string viewer_;                       ///< whose presses live as long as this stream
  bool writing_ = false;                     ///< a viewer is being sent something
  std::string text_;                         ///< what it is sent
  boost::asio::steady_timer silence_;
};

}  // namespace ledactor::web
