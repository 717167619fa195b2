#include "main/standard_streams.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace ledactor {

bool open_standard_streams() {
  int fd = STDIN_FILENO;
  while (fd >= 0 && fd <= STDERR_FILENO) {  // open takes the lowest that is free
    fd = ::open("/dev/null", O_RDWR);
  }
  if (fd > STDERR_FILENO) {
    ::close(fd);
  }
  return fd >= 0;
}

failure print_out(std::string_view text) {
  while (!text.empty()) {
    const auto taken = ::write(STDOUT_FILENO, text.data(), text.size());
    if (taken >= 0) {
      text.remove_prefix(static_cast<std::size_t>(taken));
    } else if (errno == EAGAIN) {  // another process on the same terminal may have set O_NONBLOCK
      pollfd writable{STDOUT_FILENO, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (const int why = errno; why != EINTR) {
      const bool is_read = wait_with_reader(std::chrono::milliseconds{0});
      return is_read ? failure{exit_output,
                               fmt::format("cannot write to stdout: {}", std::strerror(why))}
                     : failure{exit_ok, {}};
    }
  }
  return {exit_ok, {}};
}

bool wait_with_reader(std::chrono::milliseconds span) {
  pollfd reader{STDOUT_FILENO, 0, 0};  // POLLERR and POLLHUP come unasked
  return ::poll(&reader, 1, static_cast<int>(span.count())) <= 0;
}

int fail(const failure& why) {
  fmt::print(stderr, "ledactor: {}\n", why.text);
  return why.status;
}

int finish(const failure& end) {
  return end.text.empty() ? end.status : fail(end);
}

}  // namespace ledactor
