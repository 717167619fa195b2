#include "main/service_manager.hpp"

#include "net/unique_fd.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace ledactor {

namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// A variable's whole number, > 0.
std::optional<std::int64_t> number_in(const char* name) {
  const auto text = variable(name);
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc{} && end == text.data() + text.size() && number > 0
             ? std::optional{number}
             : std::nullopt;
}

}  // namespace

service_manager service_manager::from_environment() {
  const auto whose = number_in("WATCHDOG_PID");
  const auto patience = number_in("WATCHDOG_USEC");
  const bool is_ours = variable("WATCHDOG_PID").empty() || whose == ::getpid();
  return {std::string{variable("NOTIFY_SOCKET")},
          is_ours && patience ? std::optional{std::chrono::microseconds{*patience}} : std::nullopt};
}

service_manager::service_manager(std::string socket,
                                 std::optional<std::chrono::microseconds> patience)
    : socket_(std::move(socket)), patience_(socket_.empty() ? std::nullopt : patience) {}

void service_manager::tell(std::string_view assignment) const {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if (socket_.empty() || socket_.size() >= sizeof(to.sun_path)) {
    return;
  }
  std::copy(socket_.begin(), socket_.end(), to.sun_path);
  if (socket_.front() == '@') {
    to.sun_path[0] = '\0';  // unix(7): the name of an abstract socket
  }
  const net::unique_fd from{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  ::sendto(from.get(), assignment.data(), assignment.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&to), size);
}

}  // namespace ledactor
