#include "actors/messages.hpp"

#include <caf/init_global_meta_objects.hpp>

namespace ledactor {

void init_messages() {
  caf::init_global_meta_objects<caf::id_block::ledactor>();
  caf::init_global_meta_objects<caf::id_block::ledactor_handles>();
}

}  // namespace ledactor
