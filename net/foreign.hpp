#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace ledactor::net {

/// What a peer speaks that has mistaken the port, if its first bytes tell.
/// @param page_port where our page is, for a browser; 0: nowhere.
/// @returns a sentence for the log and for the peer, or an empty text.
std::string name_foreign(std::span<const std::uint8_t> first_bytes, std::uint16_t page_port);

}  // namespace ledactor::net
