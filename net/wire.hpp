#pragma once

#include "net/frame.hpp"
#include "net/stopwatch.hpp"
#include "net/wire_event.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ledactor::net {

/// How long a connection may take to prove that it holds the key, and to say hello.
inline constexpr std::chrono::seconds hello_timeout{3};

/// How long a farewell waits for the peer to close its side too.
inline constexpr std::chrono::milliseconds farewell_timeout{200};

/// Most bytes that may wait for a peer to read them; more ends the session as stalled.
inline constexpr std::size_t max_outstanding = std::size_t{64} * 1024;

/// What a wire says of its board, and how it minds the link.
struct wire_config {
  board_role role = board_role::server;
  std::string name = "board";                                    ///< see `is_valid_name`
  std::uint8_t leds = 4;                                         ///< 1 to 64
  std::uint8_t buttons = 4;                                      ///< 1 to 64
  std::chrono::nanoseconds heartbeat = std::chrono::seconds{1};  ///< > 0; `link.heartbeat`
  std::chrono::nanoseconds dead_after =
      std::chrono::seconds{3};  ///< > heartbeat; `link.dead-after`
  std::chrono::nanoseconds ece387_pace = std::chrono::milliseconds{5};  ///< > 0; `link.ece387-pace`
  bool invert = false;          ///< conf `ledactor.board.invert`
  std::uint16_t page_port = 0;  ///< what a browser is told that comes here; 0: there is no page
  board_id board{};             ///< all zero: it has none
};

/// What a wire has counted.
struct wire_counts {
  std::uint64_t frames_sent = 0;  ///< on the original's wire, messages
  std::uint64_t frames_received = 0;
  std::uint64_t levels_sent = 0;
  std::uint64_t levels_received = 0;
  std::uint64_t merged = 0;  ///< changes that were never sent
};

/// One side of a link, without the link: bytes, messages and the time come in; bytes, events and
/// the next deadline go out. Does no I/O and has no clock: a session has both, and calls it.
///
/// A wire ends once, with an `ended` event. What it has said before may still be sent; from then on
/// it says and wants nothing.
class wire {
public:
  using time_point = stopwatch::time_point;

  /// @param now the time; it never goes back from one call to the next.
  wire(const wire_config& config, time_point now) : config_(config), taken_last_(now) {}
  wire(const wire&) = delete;
  wire& operator=(const wire&) = delete;
  virtual ~wire() = default;

  /// The peer can be talked to: it is connected, and has proved the key if there is one.
  virtual void open(time_point /*now*/) {}

  /// The peer has sent bytes.
  virtual void receive(std::span<const std::uint8_t> bytes, time_point now) = 0;

  /// It is time to look at the deadline; before it, this does nothing.
  virtual void tick(time_point now) = 0;

  /// From the panel: our buttons.
  virtual void press(const levels& /*l*/, time_point /*now*/) {}

  /// On a server: the peer may sit down.
  virtual void seat(time_point /*now*/) {}

  /// On a server: the peer's place in the queue, and who holds the seat.
  virtual void wait(std::uint32_t /*place*/, const std::string& /*holder*/, time_point /*now*/) {}

  /// On a server: the peer's board has come again, and has proved a key or not.
  /// @returns whether this is its ghost, and so is about to end.
  virtual bool yield(bool /*proved*/, time_point /*now*/) { return false; }

  /// The LEDs show what that `show` event asked for.
  virtual void shown(std::uint64_t /*ticket*/, time_point /*now*/) {}

  /// An LED bank, or its chip, took it to its grave.
  virtual void not_shown(std::uint64_t /*ticket*/, time_point /*now*/) {}

  /// There is a new LED bank, or one with a new chip.
  virtual void meet_led_bank(time_point /*now*/) {}

  /// Our side ends the link: with a farewell, where the wire has one.
  virtual void end(errc reason, const std::string& text, time_point now) = 0;

  /// The peer has closed the connection.
  virtual void close() = 0;

  /// The output was written to the connection, and so many bytes wait for the peer's side.
  void written(std::size_t outstanding, time_point now);

  /// The peer's side has taken bytes, and so many still wait.
  void taken(std::size_t outstanding, time_point now);

  /// Ends at once, without another word.
  void finish(errc reason);

  /// What is to be sent. The session takes it out.
  std::vector<std::uint8_t>& output() { return output_; }

  /// What has come about. The session takes it out.
  std::vector<wire_event>& events() { return events_; }

  /// When to call `tick`, at the latest. It moves ahead only by a call that says so at once, and
  /// back whenever: a timer for an older one may stay.
  virtual time_point deadline() const = 0;

  /// Who the peer is; the name is empty as long as it has not said so. It has no session's id.
  const guest& peer() const { return peer_; }

  bool is_seated() const { return phase_ == phase::seated; }
  bool has_ended() const { return phase_ == phase::ended; }

  /// On a server: the peer has not had a seat, nor a place in the queue.
  bool is_stranger() const { return config_.role == board_role::server && !let_in_; }

  /// Whether more bytes of the peer's would be looked at.
  virtual bool is_listening() const { return phase_ < phase::ending; }

  const wire_counts& counts() const { return counts_; }

  /// Levels that the peer has not acknowledged, on a wire that has acknowledgements.
  virtual std::optional<std::size_t> unacknowledged() const { return std::nullopt; }

protected:
  /// All that was said last was taken.
  virtual void leave() {}

  /// How far the two sides have come.
  enum class phase { fresh, greeted, seated, ending, ended };

  bool is_client() const { return config_.role == board_role::client; }
  void tell(wire_event event) { events_.push_back(std::move(event)); }

  /// Turns a board's levels into the wire's, and those into a board's.
  /// @param lines how many there are: of the sender's buttons.
  /// @returns the levels, of these lines swapped if the board is inverted: 0 is pressed, or lit.
  level_set on_wire(level_set levels, std::size_t lines) const;

  const wire_config config_;
  phase phase_ = phase::fresh;
  errc end_reason_ = errc::none;
  guest peer_;
  bool let_in_ = false;  ///< a seat or a place in the queue has been given
  bool linked_ = false;
  wire_counts counts_;
  std::size_t outstanding_ = 0;  ///< bytes that the peer's side has not taken
  stopwatch taken_last_;         ///< when the peer's side took bytes, or nothing waited
  std::vector<std::uint8_t> output_;
  std::vector<wire_event> events_;
};

/// On a server: not known yet; the first byte tells. Ends with `errc::silent` if none comes in
/// `hello_timeout`; the wire that takes its place has that time of its own for a whole hello.
class undecided_wire final : public wire {
public:
  undecided_wire(const wire_config& config, time_point now)
      : wire(config, now), due_(now + hello_timeout) {}

  void receive(std::span<const std::uint8_t> /*bytes*/, time_point /*now*/) override {}
  void tick(time_point now) override;
  void end(errc reason, const std::string& /*text*/, time_point /*now*/) override {
    finish(reason);
  }
  void close() override { finish(errc::closed); }
  time_point deadline() const override { return has_ended() ? time_point::max() : due_; }

private:
  time_point due_;
};

}  // namespace ledactor::net
