#pragma once

#include "net/wire.hpp"
#include "tests/fuzz/property.hpp"

#include <deque>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// @file
/// Plays an input to a wire, as a session, its peer, its neighbours and the clock would in any
/// order, and holds it to what every wire promises.

namespace ledactor::fuzz {

class wire_player {
public:
  using time_point = net::wire::time_point;

  /// Time at the beginning: late enough for every span that is subtracted.
  static constexpr time_point beginning{std::chrono::hours{24}};

  virtual ~wire_player() = default;

  /// Each byte of the script is something that comes about; some take more of them.
  void play(net::wire& wire, const net::wire_config& config, input script) {
    wire_ = &wire;
    config_ = config;
    check();
    while (!script.empty()) {
      step(take_byte(script), script);
      check();
    }
    wire.finish(errc::closed);
    check();
    must(is_over_, "a wire ends when it is told to");
  }

protected:
  /// The peer's next bytes.
  virtual std::vector<std::uint8_t> peers_bytes(input& script) = 0;
  /// What these bytes, which the wire is about to be given, will be to it.
  virtual void on_received(input /*bytes*/) {}
  virtual void on_said(input bytes) = 0;
  virtual void on_event(const net::wire_event& event) = 0;
  virtual void on_tick() {}

  bool is_client() const { return config_.role == board_role::client; }
  net::wire& wire() { return *wire_; }

  net::wire_config config_;
  time_point now_ = beginning;
  std::size_t outstanding_ = 0;      ///< bytes that the peer has not taken
  std::uint32_t pressed_ = 0;        ///< the number of the last press
  std::uint32_t pressed_fours_ = 0;  ///< a bit for each value that the first four buttons had
  bool is_open_ = false;
  bool has_arrived_ = false;
  bool may_sit_ = false;                                    ///< a server's peer was given a seat
  errc told_to_end_ = errc::none;                           ///< by our side, first
  std::vector<std::pair<std::uint64_t, level_set>> asked_;  ///< tickets without an answer
  std::set<std::uint64_t> shown_;                           ///< those that were
  level_set last_asked_ = 0;

private:
  void step(std::uint8_t command, input& script) {
    const auto before = now_;
    switch (command % 16) {
      case 0:
      case 1:
      case 2: {
        const auto bytes = peers_bytes(script);
        if (is_open_) {  // before, there is nobody to hear
          on_received(bytes);
          wire_->receive(bytes, now_);
        }
        break;
      }
      case 3:
        now_ += std::chrono::milliseconds{take_byte(script)};
        wire_->tick(now_);
        break;
      case 4:
        now_ += std::chrono::milliseconds{take_byte(script) * 50};
        break;
      case 5:
        tick_when_due();
        break;
      case 6:
        press(take_byte(script), 1);
        break;
      case 7:
        press(take_byte(script), 70);
        break;
      case 8:
        may_sit_ = may_sit_ || (has_arrived_ && !is_client());
        wire_->seat(now_);
        break;
      case 9:
        if (has_arrived_ && !is_client() && !may_sit_) {  // an endpoint knows who waits
          wire_->wait(take_byte(script) + 1U, "other", now_);
        }
        break;
      case 10: {
        const bool is_ghost = wire_->yield(take_byte(script) % 2 == 0, now_);
        must(!is_ghost || !wire_->is_listening(), "a ghost listens no more");
        break;
      }
      case 11:
        answer(take_byte(script), true);
        break;
      case 12:
        answer(take_byte(script), take_byte(script) % 4 != 0);
        break;
      case 13:
        wire_->meet_led_bank(now_);
        break;
      case 14:
        outstanding_ -= std::min<std::size_t>(outstanding_, std::size_t{64} * take_byte(script));
        wire_->taken(outstanding_, now_);
        break;
      default:
        rarely(take_byte(script));
    }
    must(now_ >= before, "time does not go back");
  }

  void rarely(std::uint8_t what) {
    if (what < 128) {
      open();
    } else if (what < 192) {
      outstanding_ = 0;
      wire_->taken(0, now_);
    } else if (what < 250) {
      const auto reason = static_cast<errc>(1 + what % 9);
      told_to_end_ = told_to_end_ == errc::none ? reason : told_to_end_;
      wire_->end(reason, "text", now_);
    } else {
      wire_->close();
    }
  }

  void open() {
    if (!is_open_) {
      is_open_ = true;
      wire_->open(now_);
    }
  }

  void press(level_set pressed, int times) {
    for (int i = 0; i < times; ++i) {
      ++pressed_;
      const auto levels = pressed + static_cast<level_set>(i);
      pressed_fours_ |= 1U << (levels & 15U);
      wire_->press({levels, pressed_, timestamp{pressed_}}, now_);
    }
  }

  void tick_when_due() {
    const auto due = wire_->deadline();
    if (due != time_point::max()) {
      now_ = std::max(now_, due);
    }
    wire_->tick(now_);
    must(wire_->has_ended() || wire_->deadline() > now_, "after a tick the deadline is ahead");
    collect();
    on_tick();
  }

  void answer(std::uint8_t which, bool good) {
    if (asked_.empty()) {
      return;
    }
    const auto at = asked_.begin() + which % static_cast<std::ptrdiff_t>(asked_.size());
    const auto ticket = at->first;
    asked_.erase(at);
    if (good) {
      shown_.insert(ticket);
      wire_->shown(ticket, now_);
    } else {
      wire_->not_shown(ticket, now_);
    }
  }

  /// As a session does at the end of its turn.
  void check() {
    collect();
    auto& said = wire_->output();
    if (!said.empty()) {
      must(!std::exchange(has_said_last_, is_over_), "an ended wire says nothing");
      must(is_open_, "nothing is said before there is somebody to hear it");
      outstanding_ += said.size();
      must(outstanding_ <= net::max_outstanding, "output is bounded");
      on_said(said);
      said.clear();
      wire_->written(outstanding_, now_);
      collect();
    }
    must(!is_over_ || (wire_->has_ended() && wire_->deadline() == time_point::max()),
         "an ended wire stays so, and waits for nothing");
  }

  void collect() {
    for (const auto& event : std::exchange(wire_->events(), {})) {
      must(!is_over_, "nothing comes about after the end");
      if (const auto* show = std::get_if<net::wire_events::show>(&event)) {
        asked_.emplace_back(show->ticket, show->lit);
        last_asked_ = show->lit;
      }
      has_arrived_ = has_arrived_ || std::holds_alternative<net::wire_events::arrived>(event);
      is_over_ = std::holds_alternative<net::wire_events::ended>(event);
      on_event(event);
    }
  }

  net::wire* wire_ = nullptr;
  bool is_over_ = false;
  bool has_said_last_ = false;
};

}  // namespace ledactor::fuzz
