#include "actors/watchdog.hpp"

#include <utility>

namespace ledactor {

watchdog_state::watchdog_state(watchdog_actor::pointer self, supervisor_actor supervisor,
                               std::chrono::nanoseconds pause, std::function<void()> feed)
    : self_(self), supervisor_(std::move(supervisor)), pause_(pause), feed_(std::move(feed)) {
  self_->monitor(supervisor_);
  self_->set_down_handler([this](const caf::down_msg&) {
    timer_.dispose();  // the clock would keep this actor until it is due
    self_->quit();
  });
}

watchdog_actor::behavior_type watchdog_state::make_behavior() {
  self_->send(self_, caf::tick_atom_v);
  return {[this](caf::tick_atom) {
    ask();
  }};
}

void watchdog_state::ask() {
  self_->request(supervisor_, caf::infinite, check_atom_v)
      .then([this] { on_answer(); },
            [this](const caf::error&) { on_answer(); });  // what has failed is started again
}

void watchdog_state::on_answer() {
  feed_();
  timer_ = self_->run_delayed(pause_, [this] { self_->send(self_, caf::tick_atom_v); });
}

}  // namespace ledactor
