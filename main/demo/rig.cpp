#include "main/demo/rig.hpp"

#include "main/demo/failure.hpp"
#include "net/key.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <netinet/in.h>
#include <random>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace ledactor::demo {

namespace {

constexpr auto loopback = "127.0.0.1";

bool is_free(std::uint16_t port) {
  net::unique_fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

/// Below the ports that Linux gives to outgoing connections (32768 and up): there, a client that
/// dials before its server listens may be given the very port it dials, and so reach itself.
std::uint16_t free_port() {
  constexpr int tries = 100;
  std::random_device seed;
  std::uniform_int_distribution<std::uint16_t> ports{20000, 29999};
  for (int i = 0; i < tries; ++i) {
    auto port = ports(seed);
    if (is_free(port)) {
      return port;
    }
  }
  throw system_failure(fmt::format("no free TCP port found on {}", loopback), errno);
}

std::string make_directory() {
  std::error_code none;
  auto parent = std::filesystem::temp_directory_path(none);
  auto path = (none ? "/tmp" : parent.string()) + "/ledactor-demo-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) {
    throw system_failure(fmt::format("cannot make a directory for logs ({})", path), errno);
  }
  return path;
}

std::string milliseconds(std::string_view key, std::chrono::milliseconds value) {
  return fmt::format("--ledactor.{}={}ms", key, value.count());
}

}  // namespace

rig::rig(std::string program)
    : program_(std::move(program)),
      port_(free_port()),
      logs_(make_directory()),
      key_file_(logs_ + "/key") {
  const auto made = net::write_new_key(key_file_, false);
  if (const auto* why = std::get_if<net::key_fault>(&made)) {
    throw failure{exit_unavailable, "cannot make a key: " + why->text};
  }
  fingerprint_ = std::get<net::key>(made).fingerprint();
}

rig::~rig() {
  std::error_code none;
  std::filesystem::remove(key_file_, none);
  if (!keep_logs_) {
    std::error_code ignored;
    std::filesystem::remove_all(logs_, ignored);
  }
}

child_board rig::start_server(std::string_view name) const {
  return start(name, {"--role=server", fmt::format("--listen={}", loopback)});
}

child_board rig::start_client(std::string_view name) const {
  return start(name, {"--role=client", fmt::format("--host={}", loopback),
                      milliseconds("link.reconnect-min", std::chrono::milliseconds{50}),
                      milliseconds("link.reconnect-max", std::chrono::milliseconds{200})});
}

child_board rig::start(std::string_view name, std::vector<std::string> arguments) const {
  arguments.insert(
      arguments.end(),
      {"--config-file=/dev/null", "--board=sim", fmt::format("--port={}", port_),
       fmt::format("--name={}", name), fmt::format("--key-file={}", key_file_),
       milliseconds("link.heartbeat", heartbeat), milliseconds("link.dead-after", dead_after)});
  return {std::string{name}, program_, arguments, fmt::format("{}/{}.log", logs_, name)};
}

}  // namespace ledactor::demo
