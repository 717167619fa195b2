#include "actors/log.hpp"

#include <algorithm>
#include <utility>

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

process_log& process_log::instance() {
  // Never destroyed: an outlet's thread may be stuck at its reader when the process ends.
  static auto* const log = new process_log;
  return *log;
}

void process_log::open(std::vector<std::unique_ptr<log_outlet>> outlets) {
  outlets_ = std::move(outlets);
}

bool process_log::wants(unsigned level, std::string_view component) const noexcept {
  return history_.wants(level)
         || std::any_of(outlets_.begin(), outlets_.end(),
                        [&](const auto& outlet) { return outlet->wants(level, component); });
}

void process_log::take(caf::logger::event e) {
  e.message.resize(std::min(e.message.size(), max_log_line));
  write(e);
  if (history_.wants(e.level)) {
    history_.take(e.level, {e.category_name.data(), e.category_name.size()}, std::move(e.message));
  }
}

void process_log::write(const caf::logger::event& e) {
  for (const auto& outlet : outlets_) {
    if (outlet->wants(e.level, {e.category_name.data(), e.category_name.size()})) {
      outlet->take(e);
    }
  }
}

void process_log::print(const std::string& line) {
  if (outlets_.empty()) {
    fmt::print(stderr, "{}\n", line);
  } else {
    caf::logger::event e{};
    e.message = line + '\n';
    outlets_.front()->take(std::move(e));
  }
}

void process_log::reopen() {
  for (const auto& outlet : outlets_) {
    outlet->reopen();
  }
}

bool process_log::close(std::chrono::steady_clock::time_point deadline) {
  return std::all_of(outlets_.begin(), outlets_.end(),
                     [&](const auto& outlet) { return outlet->close(deadline); });
}

}  // namespace ledactor
