#define CAF_SUITE service_manager

#include "main/service_manager.hpp"

#include "net/unique_fd.hpp"
#include "tests/temp_folder.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <array>
#include <cstdlib>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace ledactor;
using namespace std::chrono_literals;

namespace {

/// A socket where a service manager listens.
struct manager_socket {
  explicit manager_socket(const std::string& name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, sizeof(address.sun_path) - 1);
    if (name.front() == '@') {
      address.sun_path[0] = '\0';
    }
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    REQUIRE_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
  }

  /// What it was told since the last call; empty: nothing.
  std::string heard() const {
    std::array<char, 256> text;
    const auto size = ::recv(fd.get(), text.data(), text.size(), MSG_DONTWAIT);
    return size > 0 ? std::string{text.data(), static_cast<std::size_t>(size)} : std::string{};
  }

  net::unique_fd fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

/// The environment has these variables alone, of those that are looked at.
service_manager with(const char* socket, const char* patience, const char* pid) {
  const auto set = [](const char* name, const char* value) {
    value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
  };
  set("NOTIFY_SOCKET", socket);
  set("WATCHDOG_USEC", patience);
  set("WATCHDOG_PID", pid);
  auto manager = service_manager::from_environment();
  set("NOTIFY_SOCKET", nullptr);
  set("WATCHDOG_USEC", nullptr);
  set("WATCHDOG_PID", nullptr);
  return manager;
}

}  // namespace

SCENARIO("a socket of the file system is told") {
  const test::temp_folder folder;
  const auto path = folder.path() / "notify";
  const manager_socket socket{path};
  with(path.c_str(), nullptr, nullptr).tell("READY=1");
  CHECK_EQ(socket.heard(), "READY=1");
}

SCENARIO("an abstract socket is told") {
  const auto name = "@ledactor-test-" + std::to_string(::getpid());
  const manager_socket socket{name};
  with(name.c_str(), nullptr, nullptr).tell("STOPPING=1");
  CHECK_EQ(socket.heard(), "STOPPING=1");
}

SCENARIO("nobody is told where nobody listens, and nothing happens") {
  with(nullptr, nullptr, nullptr).tell("READY=1");
  with("/nowhere/at/all", nullptr, nullptr).tell("READY=1");
  with(std::string(200, 'x').c_str(), nullptr, nullptr).tell("READY=1");
  CHECK(!with(nullptr, "5000000", nullptr).patience());
}

SCENARIO("a manager that does not read holds nobody up") {
  const auto name = "@ledactor-test-" + std::to_string(::getpid());
  const manager_socket socket{name};
  const auto manager = with(name.c_str(), nullptr, nullptr);
  for (int i = 0; i < 10'000; ++i) {
    manager.tell("WATCHDOG=1");
  }
  CHECK_EQ(socket.heard(), "WATCHDOG=1");
}

SCENARIO("its patience is ours if it is meant for this process, or for any") {
  const auto own = std::to_string(::getpid());
  CHECK(with("@x", "5000000", own.c_str()).patience() == 5s);
  CHECK(with("@x", "5000000", nullptr).patience() == 5s);
  CHECK(!with("@x", "5000000", "1").patience());
  CHECK(!with("@x", "5000000", "own").patience());
  CHECK(!with("@x", nullptr, own.c_str()).patience());
  for (const auto* wrong : {"", "0", "-5", "5s", "99999999999999999999"}) {
    CHECK(!with("@x", wrong, nullptr).patience());
  }
}
