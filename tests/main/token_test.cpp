#define CAF_SUITE token

#include "main/token.hpp"

#include "tests/temp_folder.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

using namespace ledactor;

namespace {

struct fixture {
  /// Reads a file of these bytes.
  std::variant<std::string, failure> read(const std::string& text, mode_t mode = 0600) {
    std::ofstream{path, std::ios::binary} << text;
    ::chmod(path.c_str(), mode);
    return read_token(path);
  }

  std::string token(const std::string& text) {
    const auto got = read(text);
    const auto* found = std::get_if<std::string>(&got);
    return found == nullptr ? "none: " + std::get<failure>(got).text : *found;
  }

  exit_status fault(const std::string& text, mode_t mode = 0600) {
    const auto got = read(text, mode);
    const auto* why = std::get_if<failure>(&got);
    CHECK(why == nullptr || why->text.starts_with("ledactor.web.token-file: "));
    CHECK(why == nullptr || why->text.find(text) == std::string::npos || text.empty());
    return why == nullptr ? exit_ok : why->status;
  }

  test::temp_folder temporary;
  std::filesystem::path folder = temporary.path();
  std::filesystem::path path = folder / "token";
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a token is one line, however that ends") {
  const std::string all = "0123456789abcdef!~";
  CHECK_EQ(token(all), all);
  CHECK_EQ(token(all + "\n"), all);
  CHECK_EQ(token(all + "\r\n"), all);
}

SCENARIO("a token has a least and a greatest length") {
  CHECK_EQ(fault(std::string(min_token_size - 1, 'x')), exit_config);
  CHECK_EQ(fault(std::string(min_token_size, 'x')), exit_ok);
  CHECK_EQ(token(std::string(max_token_size, 'x') + "\r\n"), std::string(max_token_size, 'x'));
  CHECK_EQ(fault(std::string(max_token_size + 1, 'x')), exit_config);
  CHECK_EQ(fault(std::string(1'000'000, 'x')), exit_config);
  CHECK_EQ(fault(""), exit_config);
  CHECK_EQ(fault("\n"), exit_config);
}

SCENARIO("without a file no token is wanted") {
  const auto none = read_token("");
  REQUIRE(std::holds_alternative<std::string>(none));
  CHECK_EQ(std::get<std::string>(none), "");
}

SCENARIO("what is not one line of printable characters is no token") {
  const std::string good(min_token_size, 'x');
  for (const auto* more : {" ", "\t", "\x7f", "\xc3\xa4", "\nsecond line of it", "\n\nz"}) {
    CHECK_EQ(fault(std::string{good}.append(more).append(good)), exit_config);
  }
  CHECK_EQ(fault(good + '\0' + good), exit_config);
  CHECK_EQ(fault(std::string(max_token_size, 'x') + "\r\n" + "and more"), exit_config);
}

SCENARIO("a token that others may read is no secret") {
  const std::string good(min_token_size, 'x');
  for (const mode_t mode : {0604, 0640, 0660, 0644, 0610, 0601}) {
    CHECK_EQ(fault(good, mode), exit_permission);
  }
  CHECK_EQ(fault(good, 0400), exit_ok);
}

SCENARIO("what is not there, and what is no file, is a fault of the configuration") {
  const auto status_of = [](const std::string& name) {
    const auto got = read_token(name);
    return std::holds_alternative<failure>(got) ? std::get<failure>(got).status : exit_ok;
  };
  CHECK_EQ(status_of(folder / "nothing"), exit_config);
  CHECK_EQ(status_of(folder), exit_config);  // of mode 0700
  REQUIRE_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  CHECK_EQ(status_of(folder / "pipe"), exit_config);  // and nobody waits for its writer
}

END_FIXTURE_SCOPE()
