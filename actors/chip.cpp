#include "actors/chip.hpp"

#include "actors/log.hpp"

#include <algorithm>
#include <utility>

namespace ledactor {

namespace {

errc errc_of(hw::fault kind) {
  switch (kind) {
    case hw::fault::no_permission:
      return errc::no_permission;
    case hw::fault::bad_line:
      return errc::bad_config;
    case hw::fault::lost:
      return errc::board_lost;
    case hw::fault::not_found:
    case hw::fault::busy:
      break;
  }
  return errc::not_available;
}

/// Of so many edges that are taken at once the last is asked an answer for, so that they do not
/// pile up before their buttons. Fewer, as fingers make, are not held up.
constexpr std::size_t many_edges = hw::max_edges_at_once / 2;

}  // namespace

chip_state::chip_state(chip_actor::pointer self, chip_owner owner, hw::board_factory open,
                       std::size_t num_buttons, timestamp check_every, watch_function watch)
    : self_(self),
      owner_(std::move(owner)),
      open_(std::move(open)),
      watch_board_(std::move(watch)),
      num_buttons_(num_buttons),
      lines_(num_buttons + 1),
      check_every_(check_every),
      left_out_([](std::uint64_t n) { LEDACTOR_WARNING("chip", "left out lines={}", n); }),
      edges_(self->system().metrics().counter_singleton(
          "ledactor", "edges", "Edges of the buttons' lines, bounces included.", "1", true)),
      edges_lost_(self->system().metrics().counter_singleton(
          "ledactor", "edges-lost", "Edges that the board dropped.", "1", true)),
      levels_corrected_(self->system().metrics().counter_singleton(
          "ledactor", "levels-corrected", "Levels that changed without an edge.", "1", true)) {}

chip_state::~chip_state() {
  check_timer_.dispose();  // it would keep the actor's memory, and so the system's end, waiting
}

chip_actor::behavior_type chip_state::make_behavior() {
  open_board();
  return {
      [this](ready_atom) { on_ready(); },
      [this](caf::ping_atom) { read_inputs(); },
      [this](write_atom, level_set lit, std::uint32_t seq) { return on_write(lit, seq); },
      [this](read_atom, std::uint32_t input) { tell_level(input); },
      [this](attach_atom, std::uint32_t input, const button_actor& button) {
        on_attach(input, button);
      },
  };
}

void chip_state::open_board() {
  auto opened = open_();
  if (auto* why = std::get_if<hw::error>(&opened)) {
    fail(*why);
    return;
  }
  board_ = std::move(std::get<std::unique_ptr<hw::board>>(opened));
  const auto levels = read_inputs();
  if (!levels) {
    return;
  }
  for (std::uint32_t input = 0; input < lines_.size(); ++input) {
    lines_[input].level = levels->of(input, num_buttons_);
  }
  LEDACTOR_DEBUG("chip", "opened inputs={}", lines_.size());
  self_->send(owner_, open_atom_v);
}

void chip_state::on_ready() {
  if (take_edges() && (taken_.size() < many_edges || taken_.back().input >= lines_.size())) {
    rearm();
  }
}

void chip_state::rearm() {
  if (watch_) {  // else this actor is ending
    watch_->rearm();
  }
}

/// Deals with the edges that there are, up to `hw::max_edges_at_once`.
/// @returns whether there still is a board.
bool chip_state::take_edges() {
  taken_.clear();
  const auto why = board_ ? board_->take_edges(taken_) : std::nullopt;
  for (auto e = taken_.begin(); board_ && e != taken_.end(); ++e) {
    on_edge(*e);
  }
  if (board_ && why) {
    fail(*why);
  }
  return board_ != nullptr;
}

void chip_state::on_edge(const hw::edge& e) {
  LEDACTOR_DEBUG("chip", "edge edge={} input={} level={:d} when={}", e.number, e.input + 1,
                 e.active, e.when.count());
  edges_->inc();
  const auto expected = last_edge_ + 1;
  last_edge_ = e.number;
  if (e.number > expected) {
    if (left_out_.allows(self_)) {
      LEDACTOR_WARNING("chip", "lost edges={} before={}", e.number - expected, e.number);
    }
    edges_lost_->inc(static_cast<std::int64_t>(e.number - expected));
    tell_all_levels();
  }
  if (e.input >= lines_.size()) {
    return;
  }
  if (e.when < checked_) {  // edges are late: others may be on their way, too
    clear_suspects();
  }
  auto& l = lines_[e.input];
  l.level = e.active;
  l.is_suspect = false;
  const edge told{e.input, e.active, e.number, e.when};
  if (&e == &taken_.back() && taken_.size() >= many_edges) {
    // Its button has dealt with all that came before when it answers, or it has ended.
    self_->request(l.button, caf::infinite, told)
        .then([this] { rearm(); }, [this](const caf::error&) { rearm(); });
  } else {
    self_->send(l.button, told);
  }
}

caf::result<void> chip_state::on_write(level_set lit, std::uint32_t seq) {
  if (!board_) {
    return errc::board_lost;  // this actor is ending
  }
  if (auto why = board_->write_leds(lit)) {
    fail(*why);
    return errc::board_lost;
  }
  LEDACTOR_DEBUG("chip", "write leds={:#x} seq={}", lit, seq);
  return caf::unit;
}

void chip_state::on_attach(std::uint32_t input, const button_actor& button) {
  if (input >= lines_.size()) {
    return;
  }
  auto& l = lines_[input];
  l.button = button;
  if (watch_ || !board_) {
    tell_level(input);
    return;
  }
  tell(l, l.level);  // as it was before the edges that wait
  if (std::all_of(lines_.begin(), lines_.end(), [](const line& each) { return each.button; })) {
    watch_ = watch_board_(board_->fd(), [self = caf::actor_cast<chip_actor>(self_)] {
      caf::anon_send(self, ready_atom_v);
    });
    check_again_later();
  }
}

void chip_state::check_again_later() {
  check_timer_ = self_->run_delayed(check_every_, [this] { check_levels(); });
}

void chip_state::check_levels() {
  // Should there be more edges, the next that are taken are late, and clear what is suspected now.
  const auto levels = take_edges() ? read_inputs() : std::nullopt;
  if (levels) {  // else this actor is ending
    compare(*levels);
    check_again_later();
  }
}

void chip_state::compare(const hw::input_levels& levels) {
  checked_ = self_->clock().now().time_since_epoch();  // CLOCK_MONOTONIC, as the edges' is
  for (std::uint32_t input = 0; input < lines_.size(); ++input) {
    auto& l = lines_[input];
    const auto level = levels.of(input, num_buttons_);
    const bool is_wrong = level != l.level;
    if (is_wrong && l.is_suspect) {
      LEDACTOR_WARNING("chip", "corrected input={} level={:d}", input + 1, level);
      levels_corrected_->inc();
      tell(l, level);
    } else {
      l.is_suspect = is_wrong;
    }
  }
}

void chip_state::clear_suspects() {
  for (auto& l : lines_) {
    l.is_suspect = false;
  }
}

void chip_state::tell(line& l, bool level) {
  l.level = level;
  l.is_suspect = false;
  self_->send(l.button, read_atom_v, level);
}

void chip_state::tell_level(std::uint32_t input) {
  if (input >= lines_.size() || !lines_[input].button || !board_) {
    return;
  }
  if (const auto levels = read_inputs()) {
    tell(lines_[input], levels->of(input, num_buttons_));
  }
}

void chip_state::tell_all_levels() {
  const auto levels = read_inputs();
  for (std::uint32_t input = 0; levels && input < lines_.size(); ++input) {
    if (lines_[input].button) {
      tell(lines_[input], levels->of(input, num_buttons_));
    }
  }
}

std::optional<hw::input_levels> chip_state::read_inputs() {
  if (!board_) {
    return std::nullopt;  // this actor is ending
  }
  const auto read = board_->read_inputs();
  if (const auto* why = std::get_if<hw::error>(&read)) {
    fail(*why);
    return std::nullopt;
  }
  return std::get<hw::input_levels>(read);
}

void chip_state::fail(const hw::error& why) {
  if (board_) {
    LEDACTOR_ERROR("chip", "failed reason={} text={}", to_string(errc_of(why.kind)),
                   log_text(why.text));
  } else {  // the supervisor tells, or ends the program with it
    LEDACTOR_DEBUG("chip", "closed reason={} text={}", to_string(errc_of(why.kind)),
                   log_text(why.text));
  }
  watch_.reset();
  board_.reset();
  self_->quit(caf::make_error(errc_of(why.kind), why.text));
}

}  // namespace ledactor
