#include "net/prompt_scribe.hpp"

#include <caf/io/network/native_socket.hpp>

#include <cerrno>
#include <sys/socket.h>

namespace ledactor::net {

namespace {

using caf::io::network::operation;

bool would_block() {
  return errno == EAGAIN || errno == EINTR;
}

}  // namespace

prompt_scribe::prompt_scribe(caf::io::network::default_multiplexer& loop,
                             caf::io::network::native_socket fd)
    : scribe(caf::io::network::conn_hdl_from_socket(fd)), event_handler(loop, fd) {}

void prompt_scribe::configure_read(caf::io::receive_policy::config config) {
  max_received_ = config.second;
  add_to_loop();
}

void prompt_scribe::ack_writes(bool enable) {
  event_handler::ack_writes(enable);
}

void prompt_scribe::add_to_loop() {
  if (!reading_) {
    reading_.reset(this);
    activate();
  }
}

void prompt_scribe::remove_from_loop() {
  passivate();
  if (eventbf() == 0 && reading_) {  // it never was in the loop, which so has nothing to remove
    backend().post([keep = std::move(reading_)] {});  // for as long as the caller works with it
  }
}

void prompt_scribe::handle_event(operation op) {
  switch (op) {
    case operation::read:
      receive();
      break;
    case operation::write:
      on_writable();
      break;
    case operation::propagate_error:
      io_failure(&backend(), operation::read);
      break;
  }
}

void prompt_scribe::removed_from_loop(operation op) {
  // The last of them may be all that has kept this alive.
  const auto released = std::move(op == operation::read ? reading_ : writing_);
}

void prompt_scribe::receive() {
  received_.resize(max_received_);
  const auto got = ::recv(fd(), received_.data(), received_.size(), 0);
  if (got < 0 && would_block()) {
    return;
  }
  if (got <= 0) {
    io_failure(&backend(), operation::read);
    passivate();
  } else if (!consume(&backend(), received_.data(), static_cast<std::size_t>(got))) {
    passivate();
  }
}

void prompt_scribe::flush() {
  // While the loop waits for room, what was written before comes first. A failure is the loop's to
  // find, which then is not within a call by the broker that is told of it.
  if (!unsent_.empty() && !state_.writing) {
    send();
    if (!unsent_.empty()) {
      wait_until_writable();
    }
  }
}

/// Gives the kernel what it takes of what waits.
/// @returns false if the connection has failed.
bool prompt_scribe::send() {
  const auto sent = ::send(fd(), unsent_.data(), unsent_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0) {
    return would_block();
  }
  unsent_.erase(unsent_.begin(), unsent_.begin() + sent);
  return true;
}

void prompt_scribe::wait_until_writable() {
  state_.writing = true;
  writing_.reset(this);
  backend().add(operation::write, fd(), this);
}

void prompt_scribe::on_writable() {
  const auto before = unsent_.size();
  if (!send()) {
    io_failure(&backend(), operation::write);
    backend().del(operation::write, fd(), this);
    return;
  }
  if (event_handler::ack_writes()) {
    data_transferred(&backend(), before - unsent_.size(), unsent_.size());
  }
  if (unsent_.empty()) {
    state_.writing = false;
    backend().del(operation::write, fd(), this);
    if (state_.shutting_down) {
      end_output();
    }
  }
}

// What waits is sent first.
void prompt_scribe::graceful_shutdown() {
  if (!state_.shutting_down) {
    state_.shutting_down = true;
    if (!state_.writing) {
      end_output();
    }
  }
  detach(&backend(), false);
}

void prompt_scribe::end_output() {
  ::shutdown(fd(), SHUT_WR);
}

std::string prompt_scribe::addr() const {
  const auto known = caf::io::network::remote_addr_of_fd(fd());
  return known ? *known : std::string{};
}

std::uint16_t prompt_scribe::port() const {
  const auto known = caf::io::network::remote_port_of_fd(fd());
  return known ? *known : std::uint16_t{0};
}

}  // namespace ledactor::net
