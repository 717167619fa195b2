#pragma once

#include <caf/all.hpp>

#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>

namespace ledactor {

/// Most messages of one kind that a watcher has not answered yet: so that none is lost while it
/// keeps up, and few while it does not.
inline constexpr std::size_t max_unanswered_news = 64;

/// The same of news of links to where each is printed: so that none is lost even if all guests of a
/// server, 1,024 at most, come and go at once.
inline constexpr std::size_t max_unanswered_links = 2048;

/// Messages of one kind, from one actor to another, that a peer, a viewer or a finger may hurry on.
/// The receiver may be slower, or hang: at most so many are in its mailbox. When there are as many,
/// the newest waits here, in the place of the one that waited before it.
///
/// A member of the sender's state; each message is answered as a request.
template <class Receiver, class... Message>
class outbox {
public:
  /// @param most how many may be unanswered, >= 1.
  explicit outbox(std::size_t most) : most_(most) {}

  template <class Self>
  void send(Self* self, const Receiver& to, Message... message) {
    if (unanswered_ == most_) {
      newest_.emplace(to, std::move(message)...);
      return;
    }
    ++unanswered_;
    self->request(to, caf::infinite, std::move(message)...)
        .then([this, self] { on_answer(self); },
              // It has ended, and its mailbox with it.
              [this, self](const caf::error&) { on_answer(self); });
  }

  /// What still waits is out of date, and is not sent.
  void forget() { newest_.reset(); }

private:
  template <class Self>
  void on_answer(Self* self) {
    --unanswered_;
    if (auto next = std::exchange(newest_, std::nullopt)) {
      std::apply([&](auto&... parts) { send(self, std::move(parts)...); }, *next);
    }
  }

  std::size_t most_;
  std::size_t unanswered_ = 0;
  std::optional<std::tuple<Receiver, Message...>> newest_;
};

}  // namespace ledactor
