#include "main/demo/line_reader.hpp"

#include "main/demo/failure.hpp"

#include <array>
#include <cerrno>
#include <unistd.h>

namespace ledactor::demo {

line_reader::state line_reader::fill(int fd) {
  std::array<char, 4096> bytes;
  auto count = ::read(fd, bytes.data(), bytes.size());
  if (count < 0) {
    return errno == EAGAIN || errno == EINTR ? state::nothing_yet : state::end;
  }
  feed({bytes.data(), static_cast<std::size_t>(count)}, clock::now());
  if (lines_.size() > max_lines) {
    throw failure(exit_failed, "a board prints without end: " + lines_.back().text);
  }
  return count > 0 ? state::some : state::end;
}

void line_reader::feed(std::string_view bytes, clock::time_point at) {
  for (char byte : bytes) {
    if (byte == '\n') {
      if (partial_.size() > max_line) {
        partial_.replace(max_line, std::string::npos, "...");
      }
      lines_.push_back({std::move(partial_), at});
      partial_.clear();
    } else if (partial_.size() <= max_line) {
      partial_ += byte;
    }
  }
}

std::optional<timed_line> line_reader::next() {
  if (lines_.empty()) {
    return std::nullopt;
  }
  auto line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

}  // namespace ledactor::demo
