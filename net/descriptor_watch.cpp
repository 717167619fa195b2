#include "net/descriptor_watch.hpp"

#include <caf/io/network/event_handler.hpp>

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <utility>

namespace ledactor::net {

namespace {

using caf::io::network::default_multiplexer;
using caf::io::network::event_handler;
using caf::io::network::operation;

int duplicate(int fd) {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);  // above the standard streams
  if (copy < 0) {
    throw std::system_error(errno, std::generic_category(), "fcntl");
  }
  return copy;
}

/// What the loop has of a watch. But for the constructor, all is called on the loop's thread.
class watched final : public event_handler, public std::enable_shared_from_this<watched> {
public:
  watched(default_multiplexer& loop, int fd, std::function<void()> on_readable)
      : event_handler(loop, duplicate(fd)), on_readable_(std::move(on_readable)) {}

  void rearm() {
    if (on_readable_) {
      was_told_ = false;
      in_loop_ = shared_from_this();
      activate();  // which does nothing, unless it was taken out meanwhile
    }
  }

  void end() {
    on_readable_ = nullptr;
    was_told_ = true;
    passivate();
    if (eventbf() == 0) {  // it is not in the loop, so that nothing will be removed
      in_loop_.reset();
    }
  }

  /// Stays in the loop while its owner deals with it, which is mostly over before the loop looks
  /// again; only if not, it has to be taken out, or the loop would find nothing else.
  void handle_event(operation) override {
    if (std::exchange(was_told_, true)) {
      passivate();
    } else {
      on_readable_();
    }
  }

  void removed_from_loop(operation) override { in_loop_.reset(); }

  void graceful_shutdown() override { passivate(); }

private:
  std::function<void()> on_readable_;  ///< null: the watch has ended
  bool was_told_ = true;               ///< the owner, and it has not rearmed
  std::shared_ptr<watched> in_loop_;   ///< keeps this for the loop
};

class loop_watch final : public descriptor_watch {
public:
  loop_watch(default_multiplexer& loop, int fd, std::function<void()> on_readable)
      : watched_(std::make_shared<watched>(loop, fd, std::move(on_readable))) {
    loop_watch::rearm();
  }

  ~loop_watch() override {
    watched_->backend().dispatch([w = watched_] { w->end(); });
  }

  void rearm() override {
    watched_->backend().dispatch([w = watched_] { w->rearm(); });
  }

private:
  std::shared_ptr<watched> watched_;
};

}  // namespace

watch_function watch_on(caf::io::network::multiplexer& loop) {
  return [&loop = dynamic_cast<default_multiplexer&>(loop)](int fd,
                                                            std::function<void()> on_readable) {
    return std::make_unique<loop_watch>(loop, fd, std::move(on_readable));
  };
}

}  // namespace ledactor::net
