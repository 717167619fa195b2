#include "main/shortage.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <latch>
#include <new>
#include <sys/mman.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

namespace ledactor {

namespace {

failure short_of(const char* what, int error, const char* limits) {
  return {exit_unavailable, fmt::format("too few {} to start a board: {}; see {}", what,
                                        std::strerror(error), limits)};
}

int descriptor_error() {
  int error = 0;
  std::vector<int> opened;
  while (error == 0 && opened.size() < needed_descriptors) {
    const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
      error = errno;
    } else {
      opened.push_back(fd);
    }
  }
  for (const int fd : opened) {
    ::close(fd);
  }
  return error;
}

int memory_error() {
  void* const memory =
      ::mmap(nullptr, needed_memory, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    return errno;
  }
  ::munmap(memory, needed_memory);
  return 0;
}

/// What a thread has of malloc(3) beside its stack: an arena, which stays for the next one.
void take_arena() {
  void* volatile const block = std::malloc(1);
  std::free(block);
}

}  // namespace

std::optional<failure> find_shortage() {
  if (const int error = descriptor_error(); error != 0) {
    return short_of("descriptors", error, "ulimit -n, or LimitNOFILE= of the unit");
  }
  std::latch leave{1};
  std::vector<std::jthread> threads;
  int thread_error = 0;
  try {
    while (threads.size() < needed_threads) {
      threads.emplace_back([&leave] {
        take_arena();
        leave.wait();
      });
    }
  } catch (const std::system_error& e) {
    thread_error = e.code().value();
  } catch (const std::bad_alloc&) {
    thread_error = ENOMEM;
  }
  const int error = thread_error == 0 ? memory_error() : 0;
  leave.count_down();
  if (thread_error != 0) {
    return short_of("threads", thread_error, "ulimit -u and -v, or TasksMax= of the unit");
  }
  if (error != 0) {
    return short_of("bytes of memory", error, "ulimit -v, or MemoryMax= of the unit");
  }
  return std::nullopt;
}

}  // namespace ledactor
