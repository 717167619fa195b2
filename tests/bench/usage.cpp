#include "tests/bench/usage.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace ledactor::bench {

namespace {

/// The number after `key:` in a file such as /proc/PID/status.
std::size_t field(const std::filesystem::path& file, const std::string& key) {
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(key + ':')) {
      return std::stoull(line.substr(key.size() + 1));
    }
  }
  throw std::runtime_error(fmt::format("{}: no {}", file.string(), key));
}

}  // namespace

usage usage_of(pid_t process) {
  usage sum;
  for (const auto& task :
       std::filesystem::directory_iterator{fmt::format("/proc/{}/task", process)}) {
    std::ifstream schedstat{task.path() / "schedstat"};
    duration::rep on_core = 0;
    if (!(schedstat >> on_core)) {
      throw std::runtime_error(task.path().string() + "/schedstat: cannot be read");
    }
    sum.cpu += duration{on_core};
    sum.switches += field(task.path() / "status", "voluntary_ctxt_switches")
                    + field(task.path() / "status", "nonvoluntary_ctxt_switches");
  }
  return sum;
}

std::size_t peak_kib_of(pid_t process) {
  return field(fmt::format("/proc/{}/status", process), "VmHWM");
}

}  // namespace ledactor::bench
