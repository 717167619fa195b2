#include "net/wire.hpp"

namespace ledactor::net {

void wire::written(std::size_t outstanding, time_point now) {
  if (outstanding_ == 0) {
    taken_last_.start(now);
  }
  outstanding_ = outstanding;
  if (outstanding_ == 0 && output_.empty() && !is_listening() && !has_ended()) {
    leave();
  }
}

void wire::taken(std::size_t outstanding, time_point now) {
  taken_last_.start(now);
  written(outstanding, now);
}

void wire::finish(errc reason) {
  if (phase_ == phase::ended) {
    return;
  }
  phase_ = phase::ended;
  tell(wire_events::ended{reason});
}

level_set wire::on_wire(level_set levels, std::size_t lines) const {
  return config_.invert ? levels ^ (~level_set{0} >> (64 - lines)) : levels;
}

void undecided_wire::tick(time_point now) {
  if (now >= due_) {
    finish(errc::silent);
  }
}

}  // namespace ledactor::net
