#include "web/http_server.hpp"

#include "web/http_connection.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace ledactor::web {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// After a failed accept(2), such as for want of descriptors.
constexpr std::chrono::milliseconds accept_pause{200};

}  // namespace

/// The thread, and all that it alone touches.
class http_server::listener {
public:
  explicit listener(const tcp::endpoint& where) : acceptor_(io_, where), pause_(io_) {}

  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  ~listener() {
    io_.stop();
    if (thread_.joinable()) {
      thread_.join();
    }
  }

  void serve(api answers, std::shared_ptr<const board_view> view) {
    hall_ = std::make_shared<http_hall>(http_hall{std::move(answers), std::move(view)});
    accept();
    thread_ = std::thread{[this] {
      io_.run();
    }};
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  void wake_viewers() {
    if (!waking_.exchange(true)) {  // one task for any number of events
      asio::post(io_, [this] {
        waking_ = false;
        for (const auto& weak : connections_) {
          if (const auto connection = weak.lock()) {
            connection->wake();
          }
        }
      });
    }
  }

private:
  void accept() {
    acceptor_.async_accept([this](boost::system::error_code fault, tcp::socket socket) {
      if (fault) {
        pause_.expires_after(accept_pause);
        pause_.async_wait([this](boost::system::error_code) { accept(); });
        return;
      }
      std::erase_if(connections_, [](const auto& weak) { return weak.expired(); });
      if (hall_->connections < max_connections) {
        const auto connection = std::make_shared<http_connection>(std::move(socket), hall_);
        connections_.push_back(connection);
        connection->read();
      }
      accept();
    });
  }

  std::shared_ptr<http_hall> hall_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::vector<std::weak_ptr<http_connection>> connections_;
  std::atomic<bool> waking_ = false;
  std::thread thread_;
};

http_server::http_server(const std::string& address, std::uint16_t port) {
  try {
    listener_ = std::make_unique<listener>(tcp::endpoint{asio::ip::make_address(address), port});
  } catch (const boost::system::system_error& e) {
    throw std::system_error{e.code().value(), std::system_category()};
  }
}

http_server::~http_server() = default;

void http_server::serve(api answers, std::shared_ptr<const board_view> view) {
  listener_->serve(std::move(answers), std::move(view));
}

std::uint16_t http_server::port() const {
  return listener_->port();
}

void http_server::wake_viewers() {
  listener_->wake_viewers();
}

}  // namespace ledactor::web
