#define CAF_TEST_NO_MAIN

#include "actors/messages.hpp"

#include <caf/init_global_meta_objects.hpp>
#include <caf/io/middleman.hpp>
#include <caf/test/unit_test_impl.hpp>

#include <cstdio>
#include <cstdlib>
#include <iostream>

// Whatever escapes ends the run, as it should.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  caf::core::init_global_meta_objects();
  caf::io::middleman::init_global_meta_objects();
  ledactor::init_messages();
  const auto* report = std::cerr.rdbuf();
  const auto status = caf::test::main(argc, argv);
  if (std::cerr.rdbuf() != report) {
    std::puts("a test has changed where std::cerr writes: the report is lost");
    return EXIT_FAILURE;
  }
  return status;
}
