#include "main/token.hpp"

#include "main/options.hpp"
#include "net/unique_fd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>

namespace ledactor {

namespace {

failure fault(exit_status status, const std::string& path, std::string_view what) {
  return {status,
          fmt::format("ledactor.web.token-file: {}: {}", printable(path, path.size()), what)};
}

}  // namespace

std::variant<std::string, failure> read_token(const std::string& path) {
  if (path.empty()) {
    return std::string{};
  }
  const net::unique_fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat facts {};
  if (!file || ::fstat(file.get(), &facts) != 0) {
    return fault(errno == EACCES ? exit_permission : exit_config, path, std::strerror(errno));
  }
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fault(exit_permission, path,
                 "other users may open it, so it is no secret; run chmod 600 on it");
  }
  std::array<char, max_token_size + 3> text;  // its line's end, and a sign of more
  const auto got = ::read(file.get(), text.data(), text.size());
  std::string token{text.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) {
    token.pop_back();
  }
  const bool is_printable =
      std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (token.size() < min_token_size || token.size() > max_token_size || !is_printable) {
    return fault(exit_config, path,
                 fmt::format("it holds no token; allowed: one line of {} to {} printable ASCII "
                             "characters without blanks, such as `openssl rand -hex 16` makes",
                             min_token_size, max_token_size));
  }
  return token;
}

}  // namespace ledactor
