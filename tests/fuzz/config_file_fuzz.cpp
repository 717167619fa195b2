// The text of a configuration file.

#include "main/config_file.hpp"
#include "main/options.hpp"
#include "tests/fuzz/property.hpp"

#include <caf/init_global_meta_objects.hpp>

#include <string>

using namespace ledactor;
using fuzz::must;

namespace {

/// The part that is ours; the rest is CAF's to check.
caf::settings own_part(const caf::settings& all) {
  caf::settings result;
  if (const auto* section = caf::get_if<caf::settings>(&all, "ledactor")) {
    result["ledactor"] = *section;
  }
  return result;
}

}  // namespace

/// CAF's values need its types' table.
int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  caf::core::init_global_meta_objects();
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto first = parse_config(std::string{fuzz::to_text({data, size})});
  if (const auto* fault = std::get_if<std::string>(&first)) {
    must(fuzz::is_one_line(*fault), "a fault is one line");
    return 0;
  }
  const auto settings = own_part(std::get<caf::settings>(first));
  for (const auto& o : all_options()) {
    const auto* value = caf::get_if(&settings, "ledactor." + std::string{o.key});
    must(value == nullptr || !complaint_about(o, *value), "what is taken is allowed");
  }
  const auto written = to_file_text(settings);
  const auto second = parse_config(written);
  must(std::holds_alternative<caf::settings>(second), "what was written can be read");
  must(std::get<caf::settings>(second) == settings, "what was written is the same");
  return 0;
}
