#include "actors/log.hpp"
#include "net/session.hpp"
#include "net/socket.hpp"

#include <algorithm>

namespace ledactor::net {

void session_state::on_levels(const levels& l) {
  if (phase_ != phase::seated) {
    return;
  }
  const levels_frame f{l.seq, static_cast<std::uint64_t>(l.when.count()),
                       on_wire(config_, l.pressed, config_.buttons)};
  if (unsent_.size() < max_unsent) {
    unsent_.push_back(f);
  } else {
    unsent_.back() = f;
    ++merged_here_;
    metrics_.merged->inc();
  }
  send_unsent();
}

void session_state::send_unsent() {
  while (phase_ == phase::seated && !unsent_.empty()
         && unacknowledged_.size() < max_unacknowledged) {
    const auto f = unsent_.front();
    unsent_.pop_front();
    unacknowledged_.push_back({ack{f.seq, f.when}, stopwatch{self_->clock().now()}});
    ++sent_;
    LEDACTOR_DEBUG("session", "sent levels={:#x} seq={} peer={}", f.pressed, f.seq,
                   log_text(peer_));
    send(f);
  }
}

void session_state::send(const frame& f) {
  if (phase_ == phase::ending || (channel_ && !secured_)) {
    return;
  }
  metrics_.sent->inc();
  frame_bytes_.clear();
  append_frame(frame_bytes_, f);
  if (channel_) {
    channel_->send(frame_bytes_);
    write(channel_->take_output());
  } else {
    write(frame_bytes_);
  }
}

void session_state::write(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) {
    return;
  }
  if (outstanding_ + bytes.size() > max_outstanding) {
    finish(errc::stalled);
    return;
  }
  last_sent_ = self_->clock().now();
  if (outstanding_ == 0) {
    taken_last_.start(last_sent_);
  }
  self_->write(connection_, bytes.size(), bytes.data());
  self_->flush(connection_);
  outstanding_ = self_->wr_buf(connection_).size();
}

void session_state::on_transferred(const caf::io::data_transferred_msg& msg) {
  outstanding_ = msg.remaining;
  taken_last_.start(self_->clock().now());
  leave_when_sent();
}

void session_state::leave_when_sent() {
  if (phase_ != phase::ending || outstanding_ > 0) {
    return;
  }
  if (end_reason_ == errc::replaced) {  // a ghost closes nothing, and its heir waits for the place
    finish(end_reason_);
  } else {
    shutdown_write(static_cast<int>(connection_.id()));  // the peer closes its side in answer
  }
}

frame session_state::own_hello() const {
  const auto heartbeat = std::chrono::ceil<std::chrono::milliseconds>(config_.heartbeat).count();
  return hello{protocol_version,
               static_cast<std::uint8_t>(config_.role),
               config_.leds,
               config_.buttons,
               config_.name,
               std::clamp(static_cast<std::uint32_t>(heartbeat), min_heartbeat, max_heartbeat),
               config_.board};
}

}  // namespace ledactor::net
