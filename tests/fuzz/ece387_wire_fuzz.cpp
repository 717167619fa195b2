// The original scripts' wire, whole: what ECE387.md says of a side's behavior, whatever its peer
// says and its board does, and whenever. The first byte says which side it is, and how it is
// configured.

#include "net/ece387_wire.hpp"
#include "tests/fuzz/wire_player.hpp"

#include <variant>

using namespace ledactor;
using fuzz::must;
namespace events = net::wire_events;

namespace {

class player final : public fuzz::wire_player {
public:
  explicit player(bool is_client) : heard_(is_client) {
    is_open_ = true;  // nothing is encrypted
  }

protected:
  std::vector<std::uint8_t> peers_bytes(fuzz::input& script) override {
    const auto kind = fuzz::take_byte(script);
    std::string text;
    if (kind < 16) {  // any bytes
      text += static_cast<char>(fuzz::take_byte(script));
    } else if (kind < 24) {
      text = "close";
    } else {
      text = net::ece387_text(level_set{kind % 16U});
      if (kind >= 240) {
        text += text;
      } else if (kind >= 224) {
        text.resize(kind % 4);
      }
    }
    return {text.begin(), text.end()};
  }

  void on_received(fuzz::input bytes) override {
    heard_.feed(bytes);
    while (const auto m = heard_.next()) {
      ++messages_;
      if (const auto* l = std::get_if<level_set>(&*m)) {
        values_heard_.insert(inverted(*l));
      }
    }
  }

  void on_said(fuzz::input bytes) override {
    must(!said_close_, "close is the last that is said");
    said_.feed(bytes);
    while (const auto m = said_.next()) {
      ++replies_;
      must(replies_ <= messages_ + (is_client() ? 1 : 0), "nothing is said out of turn");
      if (const auto* l = std::get_if<level_set>(&*m)) {
        must(!said_close_ && wire().is_listening(), "close is the last that is said");
        must(is_client() || may_sit_, "nothing is said before a seat");
        must((pressed_fours_ >> inverted(*l) & 1U) != 0, "what is said was pressed");
      } else {
        must(!is_client() && (told_to_end_ == errc::kicked || told_to_end_ == errc::busy),
             "close is a server's kick or refusal");
        said_close_ = true;
      }
    }
    must(said_.failure().empty() && !said_.is_within_message(), "whole messages are said");
  }

  void on_event(const net::wire_event& event) override {
    if (std::holds_alternative<events::linked>(event)) {
      must(messages_ > 0 && !std::exchange(linked_, true), "a link begins once, with a message");
    } else if (const auto* show = std::get_if<events::show>(&event)) {
      must(linked_ && values_heard_.contains(show->lit), "what is shown was heard");
      must(asked_.size() <= net::max_ece387_ahead, "an LED bank that hangs is asked little");
    } else if (std::holds_alternative<events::seated>(event)) {
      must(!is_client() && may_sit_ && !std::exchange(seated_, true), "a seat is given once");
    } else if (std::holds_alternative<events::arrived>(event)) {
      must(!std::exchange(arrived_, true), "a peer arrives once");
    }
  }

  void on_tick() override {
    if (wire().is_listening() && linked_ && told_to_end_ == errc::none
        && replies_ == messages_ + (is_client() ? 1 : 0)) {
      must(wire().deadline() <= now_ + 2 * config_.dead_after, "a peer's turn has an end");
    }
  }

private:
  level_set inverted(level_set levels) const { return config_.invert ? levels ^ 15U : levels; }

  net::ece387_reader heard_;
  net::ece387_reader said_{true};
  std::set<level_set> values_heard_;
  std::size_t messages_ = 0;
  std::size_t replies_ = 0;
  bool said_close_ = false;
  bool linked_ = false;
  bool seated_ = false;
  bool arrived_ = false;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input script{data, size};
  const auto choice = fuzz::take_byte(script);
  const net::wire_config config{
      .role = choice % 2 == 0 ? board_role::server : board_role::client,
      .name = "here",
      .ece387_pace = std::chrono::milliseconds{choice % 8 < 4 ? 5 : 200},
      .invert = choice % 4 >= 2,
  };
  net::ece387_wire wire{config, "ece387 peer", player::beginning};
  player{config.role == board_role::client}.play(wire, config, script);
  return 0;
}
