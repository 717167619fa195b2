#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ledactor::net {

/// A cable was pulled from an interface of this machine, or plugged in.
struct carrier_change {
  unsigned interface = 0;  ///< its index
  std::string name{};
  /// False, too, if the interface was taken away or switched off. Told again when a plugged one
  /// gets an address: some network managers give it one only then.
  bool plugged = false;

  bool operator==(const carrier_change&) const = default;
};

/// Reads what the kernel says of network interfaces (rtnetlink(7)): bytes in, changes out; no I/O.
///
/// Only Ethernet that is not Wi-Fi counts: a loopback has no cable, and a radio network may lose
/// its carrier for a moment, as between two access points, without losing a connection.
class carrier_reader {
public:
  /// @param is_wireless whether the interface of that name is Wi-Fi.
  explicit carrier_reader(std::function<bool(const std::string&)> is_wireless)
      : is_wireless_(std::move(is_wireless)) {}

  /// Takes what one read of the socket gave. What an answer to a request says of an interface that
  /// was not known is no change; what the kernel says of it unasked is one, if there is a carrier.
  std::vector<carrier_change> read(std::span<const std::byte> messages);

private:
  std::optional<carrier_change> on_link(std::uint16_t type, bool is_answer,
                                        std::span<const std::byte> body);
  std::optional<carrier_change> on_address(std::span<const std::byte> body) const;

  std::function<bool(const std::string&)> is_wireless_;
  std::map<unsigned, carrier_change>
      known_;  ///< each interface that counts, as last told, by index
};

}  // namespace ledactor::net
