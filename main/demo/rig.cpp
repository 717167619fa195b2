#include "main/demo/rig.hpp"

#include "main/demo/failure.hpp"
#include "net/key.hpp"

#include <fmt/format.h>

#include <algorithm>
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

/// Whether a server could listen there, though the last one's connections linger on.
bool is_free(std::uint16_t port) {
  net::unique_fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const int reuse = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof(reuse));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

std::string page_at(std::uint16_t port) {
  return fmt::format("http://{}:{}/", loopback, port);
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

/// Below the ports that Linux gives to outgoing connections (32768 and up): there, a client that
/// dials before its server listens may be given the very port it dials, and so reach itself.
std::optional<std::uint16_t> rig::find_free_port(const std::vector<std::uint16_t>& but) {
  constexpr int tries = 100;
  std::random_device seed;
  std::uniform_int_distribution<std::uint16_t> ports{20000, 29999};
  for (int i = 0; i < tries; ++i) {
    auto port = ports(seed);
    if (std::find(but.begin(), but.end(), port) == but.end() && is_free(port)) {
      return port;
    }
  }
  return std::nullopt;
}

rig::rig(std::string program, const port_finder& find_port) : program_(std::move(program)) {
  std::vector<std::uint16_t> found;
  while (found.size() < 2 + most_clients) {
    const auto port = find_port(found);
    if (!port) {
      break;
    }
    found.push_back(*port);
  }
  if (found.empty()) {
    throw system_failure(fmt::format("no free TCP port found on {}", loopback), errno);
  }
  port_ = found.front();
  if (found.size() > 1) {
    server_page_ = found[1];
    client_pages_.assign(found.begin() + 2, found.end());
  }
  logs_ = make_directory();
  key_file_ = logs_ + "/key";
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

std::string rig::server_page() const {
  return server_page_ ? page_at(*server_page_) : std::string{};
}

std::vector<std::string> rig::client_pages() const {
  std::vector<std::string> pages;
  std::transform(client_pages_.begin(), client_pages_.end(), std::back_inserter(pages), page_at);
  return pages;
}

child_board rig::start_server(std::string_view name) const {
  return start(name, server_page_, {"--role=server", fmt::format("--listen={}", loopback)});
}

// The page of a client that has ended is the next one's: who looks at it sees that one come.
child_board rig::start_client(std::string_view name) const {
  const auto page = std::find_if(client_pages_.begin(), client_pages_.end(), is_free);
  return start(name, page != client_pages_.end() ? std::optional{*page} : std::nullopt,
               {"--role=client", fmt::format("--host={}", loopback),
                milliseconds("link.reconnect-min", std::chrono::milliseconds{50}),
                milliseconds("link.reconnect-max", std::chrono::milliseconds{200})});
}

child_board rig::start(std::string_view name, std::optional<std::uint16_t> page,
                       std::vector<std::string> arguments) const {
  std::string where;
  if (page && is_free(*page)) {
    arguments.push_back(fmt::format("--ledactor.web.port={}", *page));
    where = page_at(*page);
  } else {  // no page is wanted, or another program has its port
    arguments.emplace_back("--ledactor.web.enabled=false");
  }
  arguments.insert(
      arguments.end(),
      {"--config-file=/dev/null", "--board=sim", fmt::format("--port={}", port_),
       fmt::format("--name={}", name), fmt::format("--key-file={}", key_file_),
       milliseconds("link.heartbeat", heartbeat), milliseconds("link.dead-after", dead_after)});
  return {std::string{name}, program_, arguments, fmt::format("{}/{}.log", logs_, name), where};
}

}  // namespace ledactor::demo
