#pragma once

#include "main/failure.hpp"

#include <caf/actor_system_config.hpp>

#include <optional>
#include <string>
#include <vector>

namespace ledactor {

/// Components of CAF's own log lines, which are left out unless the configuration asks for them.
const std::vector<std::string>& caf_components();

/// CAF's configuration, with ledactor's defaults for it: one loop, and a log on
/// stderr that holds ledactor's own lines alone.
class system_config : public caf::actor_system_config {
public:
  system_config();

  /// Takes over the `caf` section of a file and then the `--caf.KEY=VALUE` arguments.
  /// @returns what CAF does not know, cannot read or cannot work with, if anything.
  std::optional<failure> take(const caf::settings& settings,
                              const std::vector<std::string>& arguments);

  /// The keys that were set though they mean nothing here: one loop runs all actors.
  std::vector<std::string> idle_keys() const;
};

}  // namespace ledactor
