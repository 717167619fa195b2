#include "main/demo/live.hpp"

#include <algorithm>
#include <csignal>

// What the user does in the live view.
namespace ledactor::demo {

std::string live::button_name(std::size_t key) {
  auto button = key % keys_each;
  return button < channels ? std::to_string(button + 1) : "control";
}

void live::on_input() {
  while (auto what = terminal_->next()) {
    if (what->what == stroke::kind::key) {
      on_key(what->key);
    } else {
      on_mouse(*what);
    }
    redraw_soon();
  }
}

void live::on_key(int key) {
  if (key >= '0' && key <= '9') {
    // The row of a keyboard: 1 to 9, then 0.
    auto index = static_cast<std::size_t>(key - '0' + 9) % keypad::keys;
    auto control = index % keys_each == channels;
    keypad_.strike(index, latch_ && !control, clock::now());
  } else if (key == ' ') {
    latch_ = !latch_;
  } else if (key == 'x' || key == 'X') {
    pull_or_plug();
  } else if (key == 'k' || key == 'K') {
    cut_power();
  } else if (key == 'q' || key == 'Q') {
    leave_ = true;
  }
}

void live::on_mouse(const stroke& what) {
  if (what.what == stroke::kind::mouse_up) {
    for (std::size_t key = 0; key < keypad::keys; ++key) {
      keypad_.let_go(key);
    }
  } else if (auto key = key_at(what.row, what.column)) {
    keypad_.grab(*key);
  }
}

void live::apply_keys() {
  for (std::size_t key = 0; key < keypad::keys; ++key) {
    auto down = keypad_.down(key);
    if (down == told_.at(key)) {
      continue;
    }
    told_.at(key) = down;
    redraw_soon();
    auto& board = key < keys_each ? server_ : seated_;
    auto when = board->process.tell((down ? "press " : "release ") + button_name(key));
    if (!when) {
      note(board->process.name(), "takes no lines");
    }
    auto linked = server_->linked && seated_->linked && !seated_->frozen;
    pressed_.at(key) = down && linked ? when : std::nullopt;
  }
}

void live::pull_or_plug() {
  auto frozen = std::find_if(clients_.begin(), clients_.end(),
                             [](const board_ptr& client) { return client->frozen; });
  if (frozen != clients_.end()) {
    (*frozen)->thaw();
    note((*frozen)->process.name(), "its cable is plugged in again");
  } else if (seated_->process.process() >= 0) {
    seated_->freeze();
    note(seated_->process.name(), "its cable is pulled");
  }
}

void live::cut_power() {
  if (seated_->process.process() >= 0) {
    seated_->cut = true;
    seated_->process.send_signal(SIGKILL);
    note(seated_->process.name(), "its power is cut");
  }
}

}  // namespace ledactor::demo
