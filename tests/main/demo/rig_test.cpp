#define CAF_SUITE rig

#include "main/demo/rig.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <unistd.h>

using namespace ledactor::demo;

namespace {

/// A program that stands in for a board: it tells its arguments, one a line, and ends.
struct teller {
  teller() {
    std::ofstream{file} << "#!/bin/sh\nprintf '%s\\n' \"$@\" end\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }
  ~teller() { std::filesystem::remove(file); }

  std::string file =
      std::filesystem::temp_directory_path() / ("rig-test-" + std::to_string(::getpid()));
};

/// Waits without limit: ctest has one.
std::vector<std::string> arguments_of(child_board board) {
  std::vector<std::string> told;
  for (;;) {
    while (const auto line = board.next_line()) {
      if (line->text == "end") {
        return told;
      }
      told.push_back(line->text);
    }
    pollfd source{board.output(), POLLIN, 0};
    ::poll(&source, 1, -1);
    board.receive();
  }
}

bool has(const std::vector<std::string>& arguments, const std::string& wanted) {
  return std::find(arguments.begin(), arguments.end(), wanted) != arguments.end();
}

/// Finds so many ports, and then none.
rig::port_finder ports(std::size_t count) {
  return [count](const std::vector<std::uint16_t>& but) {
    return but.size() < count ? rig::find_free_port(but) : std::nullopt;
  };
}

std::string page_option(const std::string& address) {
  const auto colon = address.rfind(':');
  return "--ledactor.web.port=" + address.substr(colon + 1, address.size() - colon - 2);
}

}  // namespace

SCENARIO("each board has a page of its own, and is told its port") {
  const teller program;
  const rig place{program.file};
  const auto clients = place.client_pages();
  REQUIRE_EQ(clients.size(), rig::most_clients);
  CHECK_NE(clients.front(), clients.back());
  CHECK_NE(clients.front(), place.server_page());
  auto server = place.start_server("left");
  CHECK_EQ(server.page(), place.server_page());
  CHECK(has(arguments_of(std::move(server)), page_option(place.server_page())));
  auto client = place.start_client("right");
  CHECK_EQ(client.page(), clients.front());
  CHECK(has(arguments_of(std::move(client)), page_option(clients.front())));
}

SCENARIO("where no more ports are free, boards run without pages") {
  const teller program;
  const rig place{program.file, ports(1)};
  CHECK_EQ(place.server_page(), "");
  CHECK(place.client_pages().empty());
  auto server = place.start_server("left");
  CHECK_EQ(server.page(), "");
  CHECK(has(arguments_of(std::move(server)), "--ledactor.web.enabled=false"));
  CHECK(has(arguments_of(place.start_client("right")), "--ledactor.web.enabled=false"));
}
