#include "web/http_server.hpp"

#include "actors/log.hpp"
#include "web/http_connection.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace ledactor::web {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// After a failed accept(2), such as for want of descriptors.
constexpr std::chrono::milliseconds accept_pause{200};

/// Whether enough descriptors are free beyond this one; the kernel gives the lowest.
bool leaves_enough(int descriptor) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur >= static_cast<rlim_t>(descriptor) + reserved_descriptors;
}

/// Gives this thread a name, and has it never run where one of the link's could. What the kernel
/// refuses of that costs the link a little, and is no fault.
void give_way() {
  ::pthread_setname_np(::pthread_self(), "ledactor.page");
  const sched_param none{};
  ::sched_setscheduler(0, SCHED_BATCH, &none);
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), thread_niceness);
}

}  // namespace

/// The thread, and all that it alone touches.
class http_server::listener {
public:
  explicit listener(const tcp::endpoint& where)
      : acceptor_(io_),
        pause_(io_),
        bell_(io_, ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        gather_(io_),
        lease_(io_) {
    acceptor_.open(where.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    // The address may be yet to come, as that of a cable that is not plugged in; see ip(7).
    const int on = 1;
    ::setsockopt(acceptor_.native_handle(), IPPROTO_IP, IP_FREEBIND, &on, sizeof(on));
    acceptor_.bind(where);
    acceptor_.listen();
  }

  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  ~listener() {
    if (thread_.joinable()) {
      asio::post(io_, [this] { end(); });
      thread_.join();
      hall_->all_gone = nullptr;
    }
  }

  void serve(api answers, std::shared_ptr<const board_view> view) {
    hall_ = std::make_shared<http_hall>(http_hall{std::move(answers), std::move(view)});
    hall_->answers.fingers().on_change([this] { await_lease_end(); });
    accept();
    wait_for_bell();
    thread_ = std::thread{[this] {
      run();
    }};
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  // Not through asio::post: that waits for a lock, which the page's thread may hold while others
  // have the processor.
  void wake_viewers() {
    if (!waking_.exchange(true)) {  // once for any number of events
      const std::uint64_t one = 1;
      [[maybe_unused]] const auto written = ::write(bell_.native_handle(), &one, sizeof(one));
    }
  }

private:
  /// What is thrown costs the connection that it was thrown in, and nobody else.
  void run() {
    give_way();
    for (;;) {
      try {
        io_.run();
        return;
      } catch (const std::exception& e) {
        LEDACTOR_ERROR("web", "failed why={}", log_text(e.what()));
      }
    }
  }

  void end() {
    if (hall_->viewers == 0) {
      io_.stop();
      return;
    }
    pause_.expires_after(farewell_timeout);
    pause_.async_wait([this](boost::system::error_code) { io_.stop(); });
    acceptor_.close();
    hall_->all_gone = [this] {
      io_.stop();
    };
    wake_all();
  }

  void wait_for_bell() {
    bell_.async_wait(asio::posix::stream_descriptor::wait_read, [this](auto fault) {
      if (fault) {
        return;  // it is the end
      }
      std::uint64_t rung = 0;
      [[maybe_unused]] const auto got = ::read(bell_.native_handle(), &rung, sizeof(rung));
      gather_.expires_after(event_delay);
      gather_.async_wait([this](boost::system::error_code) {
        waking_ = false;
        wake_all();
        wait_for_bell();
      });
    });
  }

  void wake_all() {
    for (const auto& weak : connections_) {
      if (const auto connection = weak.lock()) {
        connection->wake();
      }
    }
  }

  /// A press that lives no longer is released, see finger_leases.
  void await_lease_end() {
    const auto next = hall_->answers.fingers().next_end();
    if (!next) {
      lease_.cancel();
      return;
    }
    lease_.expires_at(*next);
    lease_.async_wait([this](boost::system::error_code cancelled) {
      if (!cancelled) {
        hall_->answers.fingers().expire(std::chrono::steady_clock::now());
      }
    });
  }

  void accept() {
    acceptor_.async_accept([this](boost::system::error_code fault, tcp::socket socket) {
      if (!acceptor_.is_open()) {
        return;  // it is the end
      }
      if (fault) {
        pause_.expires_after(accept_pause);
        pause_.async_wait([this](boost::system::error_code cancelled) {
          if (!cancelled) {
            accept();
          }
        });
        return;
      }
      accept();  // first, since what follows may throw
      std::erase_if(connections_, [](const auto& weak) { return weak.expired(); });
      admit(std::move(socket));
    });
  }

  void admit(tcp::socket socket) {
    boost::system::error_code gone;
    const auto peer = socket.remote_endpoint(gone);
    if (gone) {
      return;
    }
    const bool has_room = leaves_enough(socket.native_handle());
    const auto verdict = hall_->taken.arrive(++last_id_, peer.address().to_string(), has_room);
    if (verdict.leaver) {
      cut(*verdict.leaver);
    }
    if (verdict.is_let_in) {
      begin(has_room ? std::move(socket) : move_down(std::move(socket)));
    }
  }

  void cut(places::id leaver) {
    for (const auto& weak : connections_) {
      const auto connection = weak.lock();
      if (connection && connection->id() == leaver) {
        connection->leave();
      }
    }
  }

  /// The same socket under the lowest descriptor: that of the connection that went for it. Else the
  /// next one would find that free, and the one after it, and all would be taken in the end.
  tcp::socket move_down(tcp::socket socket) {
    const auto protocol = acceptor_.local_endpoint().protocol();
    const int high = socket.release();
    const int low = ::fcntl(high, F_DUPFD_CLOEXEC, 0);
    if (low >= 0) {
      ::close(high);
    }
    return {io_, protocol, low >= 0 ? low : high};
  }

  void begin(tcp::socket socket) {
    boost::system::error_code ignored;  // it is as well without
    socket.set_option(tcp::no_delay{true}, ignored);
    socket.set_option(tcp::socket::send_buffer_size{send_buffer_size}, ignored);
    const auto connection = std::make_shared<http_connection>(std::move(socket), hall_, last_id_);
    connections_.push_back(connection);
    connection->read();
  }

  std::shared_ptr<http_hall> hall_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  asio::posix::stream_descriptor bell_;  ///< an eventfd(2): there is something new
  asio::steady_timer gather_;
  asio::steady_timer lease_;
  std::vector<std::weak_ptr<http_connection>> connections_;
  places::id last_id_ = 0;
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
