#define CAF_SUITE key

#include "net/key.hpp"

#include "tests/temp_folder.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

using namespace ledactor::net;

namespace {

struct fixture {
  std::string path() const { return folder + "/key"; }

  std::string text() const {
    std::ostringstream all;
    all << std::ifstream{path()}.rdbuf();
    return all.str();
  }

  void write(const std::string& text, mode_t mode = 0600) const {
    std::ofstream{path()} << text;
    REQUIRE_EQ(::chmod(path().c_str(), mode), 0);
  }

  mode_t mode() const {
    struct stat facts {};
    REQUIRE_EQ(::stat(path().c_str(), &facts), 0);
    return facts.st_mode & 07777U;
  }

  std::string make(bool overwrite = false) const {
    const auto made = write_new_key(path(), overwrite);
    REQUIRE(std::holds_alternative<key>(made));
    return std::get<key>(made).fingerprint();
  }

  key_fault fault() const {
    const auto result = read_key(path());
    REQUIRE(std::holds_alternative<key_fault>(result));
    return std::get<key_fault>(result);
  }

  ledactor::test::temp_folder temporary;
  std::string folder = temporary.path();
};

using kind = key_fault::kind;

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a new key is for its owner alone, and reads back") {
  const auto fingerprint = make();
  CHECK_EQ(mode(), 0600U);
  const auto result = read_key(path());
  REQUIRE(std::holds_alternative<key>(result));
  CHECK_EQ(std::get<key>(result).fingerprint(), fingerprint);
  CHECK_EQ(fingerprint.size(), 14U);
}

SCENARIO("two keys differ") {
  const auto first = make();
  CHECK(make(true) != first);
}

SCENARIO("a key is not written over a file unless that is asked for") {
  const auto first = make();
  const auto before = text();
  const auto again = write_new_key(path(), false);
  REQUIRE(std::holds_alternative<key_fault>(again));
  CHECK(std::get<key_fault>(again).what == kind::exists);
  CHECK_EQ(text(), before);
  make(true);
  CHECK(text() != before);
  CHECK_EQ(mode(), 0600U);
}

SCENARIO("a key that others may read is refused, with the cure") {
  make();
  for (const mode_t mode : {0644U, 0640U, 0604U, 0620U}) {
    REQUIRE_EQ(::chmod(path().c_str(), mode), 0);
    CHECK(fault().what == kind::no_permission);
    CHECK(fault().text.find("chmod 600") != std::string::npos);
  }
}

SCENARIO("a file that holds no key is refused, and none of it is repeated") {
  make();
  const auto good = text();
  auto digit = good;
  digit[20] = digit[20] == '0' ? '1' : '0';
  auto letter = good;
  letter[20] = 'x';
  for (const auto& bad :
       {std::string{}, std::string{"\n"}, std::string{"secret"}, digit, letter, good.substr(0, 40),
        good.substr(0, good.size() - 2), good + good, std::string(100'000, 'a')}) {
    write(bad);
    CHECK(fault().what == kind::damaged);
    CHECK(fault().text.find(good.substr(20, 8)) == std::string::npos);
  }
}

SCENARIO("a line end of any editor does no harm") {
  make();
  const auto good = text();
  for (const auto& end : {"\r\n", "", "\n\n"}) {
    write(good.substr(0, good.size() - 1) + end);
    CHECK(std::holds_alternative<key>(read_key(path())));
  }
}

SCENARIO("a folder, a pipe and nothing at all are no keys") {
  CHECK(fault().what == kind::not_there);
  REQUIRE_EQ(::mkfifo(path().c_str(), 0600), 0);
  CHECK(fault().what == kind::damaged);
  std::filesystem::remove(path());
  std::filesystem::create_directory(path());
  CHECK(fault().what == kind::damaged);
}

END_FIXTURE_SCOPE()
