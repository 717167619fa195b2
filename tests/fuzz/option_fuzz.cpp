// A configuration value: the first byte chooses the option, the rest is the value as it stands on a
// command line.

#include "main/config_file.hpp"
#include "main/options.hpp"
#include "tests/fuzz/property.hpp"

#include <caf/init_global_meta_objects.hpp>

#include <string>

using namespace ledactor;
using fuzz::must;

namespace {

/// A file that sets one option to a value in the configuration's syntax.
std::string file_with(const option& o, const std::string& value) {
  const std::string key{o.key};
  const auto dot = key.find('.');
  return dot == std::string::npos ? "ledactor {\n" + key + " = " + value + "\n}\n"
                                  : "ledactor {\n" + key.substr(0, dot) + " {\n"
                                        + key.substr(dot + 1) + " = " + value + "\n}\n}\n";
}

}  // namespace

/// CAF's values need its types' table.
int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  caf::core::init_global_meta_objects();
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input bytes{data, size};
  const auto options = all_options();
  const auto& o = options[fuzz::take_byte(bytes) % options.size()];
  auto text = fuzz::to_text(bytes);
  text = text.substr(0, text.find('\0'));  // no argument holds a NUL
  const auto value = parse_option(o, std::string{text});
  if (const auto complaint = complaint_about(o, value)) {
    must(fuzz::is_one_line(*complaint), "a complaint is one line");
    return 0;
  }
  const auto written = value_text(value);
  const auto read = parse_config(file_with(o, written));
  const auto* settings = std::get_if<caf::settings>(&read);
  must(settings != nullptr, "a good value can be written to a file");
  const auto* again = caf::get_if(settings, "ledactor." + std::string{o.key});
  must(again != nullptr && *again == value, "a value from a file is what was written");
  must(value_text(*again) == written, "a value is always written alike");
  return 0;
}
