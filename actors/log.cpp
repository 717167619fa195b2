#include "actors/log.hpp"

namespace ledactor {

std::string log_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text.substr(0, max_log_text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
    }
  }
  return result + (text.size() > max_log_text ? "...\"" : "\"");
}

}  // namespace ledactor
