#pragma once

#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/scribe.hpp>

#include <string>

namespace ledactor::net {

/// A connection that sends at once: `flush` gives the kernel what was written, and only what that
/// does not take waits, in the output buffer, until the peer has made room. CAF's own scribe waits
/// for the loop to find the socket writable, which costs a press three system calls and a turn.
///
/// A broker that wants write acknowledgements gets them for what had to wait: after a flush, all
/// that waits is the size of `wr_buf`.
///
/// It reads at most so many bytes a turn (`receive_policy::at_most`), and knows no other policy.
class prompt_scribe final : public caf::io::scribe, private caf::io::network::event_handler {
public:
  /// @param fd a connected socket; its own from now on.
  prompt_scribe(caf::io::network::default_multiplexer& loop, caf::io::network::native_socket fd);

  void configure_read(caf::io::receive_policy::config config) override;
  void ack_writes(bool enable) override;
  caf::byte_buffer& wr_buf() override { return unsent_; }
  caf::byte_buffer& rd_buf() override { return received_; }
  void flush() override;
  std::string addr() const override;
  std::uint16_t port() const override;
  void graceful_shutdown() override;
  void add_to_loop() override;
  void remove_from_loop() override;

private:
  void handle_event(caf::io::network::operation op) override;
  void removed_from_loop(caf::io::network::operation op) override;
  void receive();
  bool send();
  void on_writable();
  void wait_until_writable();
  void end_output();

  caf::byte_buffer received_;
  std::size_t max_received_ = 0;  ///< at a time [bytes]
  caf::byte_buffer unsent_;

  // While the loop may call, it keeps this alive.
  caf::io::scribe_ptr reading_;
  caf::io::scribe_ptr writing_;
};

}  // namespace ledactor::net
