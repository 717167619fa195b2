#include "main/failure.hpp"

namespace ledactor {

failure to_failure(const hw::error& why) {
  switch (why.kind) {
    case hw::fault::no_permission:
      return {exit_permission, why.text};
    case hw::fault::bad_line:
      return {exit_config, why.text};
    case hw::fault::not_found:
    case hw::fault::busy:
    case hw::fault::lost:
      break;
  }
  return {exit_unavailable, why.text};
}

}  // namespace ledactor
