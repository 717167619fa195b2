#define CAF_TEST_NO_MAIN

#include "actors/messages.hpp"
#include "main/standard_streams.hpp"

#include <caf/init_global_meta_objects.hpp>
#include <caf/io/middleman.hpp>
#include <caf/test/unit_test_impl.hpp>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <streambuf>
#include <string>
#include <vector>

namespace {

/// Keeps what CAF's test engine says of checks that passed from a suite's report. The engine tells
/// of one that failed only where it tells of all: there may be thousands.
class report : public std::streambuf {
public:
  explicit report(std::streambuf& out) : out_(out) {}

private:
  int_type overflow(int_type c) override {
    if (c == traits_type::eof()) {
      return traits_type::not_eof(c);
    }
    line_ += traits_type::to_char_type(c);
    if (line_.back() == '\n') {
      if (!line_.starts_with("** ")) {
        out_.sputn(line_.data(), static_cast<std::streamsize>(line_.size()));
        out_.pubsync();
      }
      line_.clear();
    }
    return c;
  }

  std::streambuf& out_;
  std::string line_;
};

}  // namespace

// Whatever escapes ends the run, as it should.
int main(int argc, char** argv) {     // NOLINT(bugprone-exception-escape)
  ledactor::open_standard_streams();  // or a test's pipe may be given the number of one
  caf::core::init_global_meta_objects();
  caf::io::middleman::init_global_meta_objects();
  ledactor::init_messages();
  std::vector<char*> arguments{argv, argv + argc};
  std::string all = "-v4";   // each check
  std::string plain = "-n";  // without colours, which would stand before the signs of a check
  arguments.insert(arguments.end(), {all.data(), plain.data()});
  report lines{*std::cerr.rdbuf()};
  auto* const console = std::cerr.rdbuf(&lines);
  const auto status = caf::test::main(static_cast<int>(arguments.size()), arguments.data());
  if (std::cerr.rdbuf(console) != &lines) {
    std::puts("a test has changed where std::cerr writes: the report is lost");
    return EXIT_FAILURE;
  }
  return status;
}
