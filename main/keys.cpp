#include "main/keys.hpp"

#include "main/options.hpp"
#include "main/standard_streams.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <utility>

namespace ledactor {

namespace {

failure to_failure(const net::key_fault& why) {
  const bool is_permission = why.what == net::key_fault::kind::no_permission;
  return {is_permission ? exit_permission : exit_config,
          "ledactor.key-file: " + printable(why.text, why.text.size())};
}

}  // namespace

std::variant<net::shared_keys, failure> read_keys(const config& c) {
  if (c.key_files.empty()) {
    return net::shared_keys{};
  }
  auto ring = std::make_shared<net::key_ring>();
  for (const auto& file : c.key_files) {
    auto read = net::read_key(file);
    if (const auto* why = std::get_if<net::key_fault>(&read)) {
      return to_failure(*why);
    }
    ring->push_back(std::get<net::key>(std::move(read)));
  }
  if (c.wire != net::wire_kind::ece387) {
    if (auto why = net::find_tls_fault(); !why.empty()) {
      return failure{exit_unavailable, std::move(why)};
    }
  }
  return ring;
}

int generate_key(const std::string& path, bool overwrite) {
  const auto made = net::write_new_key(path, overwrite);
  if (const auto* why = std::get_if<net::key_fault>(&made)) {
    fmt::print(stderr, "ledactor: keygen: {}\n", printable(why->text, why->text.size()));
    switch (why->what) {
      case net::key_fault::kind::exists:
        return exit_usage;
      case net::key_fault::kind::no_permission:
        return exit_permission;
      case net::key_fault::kind::not_written:
        return exit_output;
      case net::key_fault::kind::not_there:
      case net::key_fault::kind::damaged:
        break;
    }
    return exit_unavailable;
  }
  const auto file = std::filesystem::absolute(path).string();
  auto printed = print_out(fmt::format(
      R"(New key in {0}, fingerprint {1}.

Bring it to the other board, over a way you trust, as a file of mode 0600:
  scp -p {0} OTHER-BOARD:{0}
and name it in the configuration of both boards:
  key-file = "{0}"
Both show the fingerprint when they link up, and `ledactor doctor` shows it.
)",
      file, std::get<net::key>(made).fingerprint()));
  if (printed.status != exit_ok) {
    printed.text +=
        fmt::format("; the new key is in {} all the same", printable(file, file.size()));
  }
  return finish(printed);
}

}  // namespace ledactor
