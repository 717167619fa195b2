#pragma once

#include "main/demo/child_board.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ledactor::demo {

/// LEDs and buttons of a simulated board, as its default configuration has them.
inline constexpr std::size_t channels = 4;

/// Where the demo's boards live: a free port on loopback, a key of their own, and a directory for
/// it and their logs. Boards of a rig do not read the user's configuration, and notice a lost link
/// faster than the default.
class rig {
public:
  /// Between two signs of life of a board.
  static constexpr std::chrono::milliseconds heartbeat{100};
  /// Silence after which a peer counts as dead.
  static constexpr std::chrono::milliseconds dead_after{1000};

  /// @param program the file to execute as a board.
  /// @throws failure (69) if there is no free port, no directory for logs or no key.
  explicit rig(std::string program);
  rig(const rig&) = delete;
  rig& operator=(const rig&) = delete;
  /// Removes the key, and the logs unless they are to be kept.
  ~rig();

  std::uint16_t port() const noexcept { return port_; }
  const std::string& logs() const noexcept { return logs_; }
  /// Of the key that the boards share.
  const std::string& fingerprint() const noexcept { return fingerprint_; }
  void keep_logs() noexcept { keep_logs_ = true; }

  child_board start_server(std::string_view name) const;
  child_board start_client(std::string_view name) const;

private:
  child_board start(std::string_view name, std::vector<std::string> arguments) const;

  std::string program_;
  std::uint16_t port_;
  std::string logs_;
  std::string key_file_;
  std::string fingerprint_;
  bool keep_logs_ = false;
};

}  // namespace ledactor::demo
