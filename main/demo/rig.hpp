#pragma once

#include "main/demo/child_board.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ledactor::demo {

/// LEDs and buttons of a simulated board, as its default configuration has them.
inline constexpr std::size_t channels = 4;

/// Where the demo's boards live: free ports on loopback for their link and their pages, a key of
/// their own, and a directory for it and their logs. Boards of a rig do not read the user's
/// configuration, and notice a lost link faster than the default.
class rig {
public:
  /// Between two signs of life of a board.
  static constexpr std::chrono::milliseconds heartbeat{100};
  /// Silence after which a peer counts as dead.
  static constexpr std::chrono::milliseconds dead_after{1000};

  /// Clients that run at a time: one has the seat, the other waits for it.
  static constexpr std::size_t most_clients = 2;

  /// Finds a port on loopback on which nothing listens, other than those given.
  using port_finder =
      std::function<std::optional<std::uint16_t>(const std::vector<std::uint16_t>&)>;

  /// @param program the file to execute as a board.
  /// @throws failure (69) if there is no free port for the link, no directory for logs or no key.
  ///         Without ports for their pages, boards run without pages.
  explicit rig(std::string program, const port_finder& find_port = find_free_port);
  rig(const rig&) = delete;
  rig& operator=(const rig&) = delete;
  /// Removes the key, and the logs unless they are to be kept.
  ~rig();

  std::uint16_t port() const noexcept { return port_; }
  const std::string& logs() const noexcept { return logs_; }
  /// Of the key that the boards share.
  const std::string& fingerprint() const noexcept { return fingerprint_; }
  /// The address of the server's page; empty if it has none.
  std::string server_page() const;
  /// The addresses at which the clients have their pages, in turn; as many as could be had.
  std::vector<std::string> client_pages() const;
  void keep_logs() noexcept { keep_logs_ = true; }

  static std::optional<std::uint16_t> find_free_port(const std::vector<std::uint16_t>& but);

  child_board start_server(std::string_view name) const;
  child_board start_client(std::string_view name) const;

private:
  /// @param page port of its page, or nothing for a board without.
  child_board start(std::string_view name, std::optional<std::uint16_t> page,
                    std::vector<std::string> arguments) const;

  std::string program_;
  std::uint16_t port_ = 0;
  std::optional<std::uint16_t> server_page_;
  std::vector<std::uint16_t> client_pages_;
  std::string logs_;
  std::string key_file_;
  std::string fingerprint_;
  bool keep_logs_ = false;
};

}  // namespace ledactor::demo
