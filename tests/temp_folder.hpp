#pragma once

#include <caf/test/bdd_dsl.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace ledactor::test {

/// A new, empty folder, which ends with everything in it.
class temp_folder {
public:
  temp_folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "ledactor-test-XXXXXX";
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }

  temp_folder(const temp_folder&) = delete;
  temp_folder& operator=(const temp_folder&) = delete;

  ~temp_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

}  // namespace ledactor::test
