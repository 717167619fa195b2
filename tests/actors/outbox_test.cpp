#define CAF_SUITE outbox

#include "actors/outbox.hpp"

#include "tests/actor_fixture.hpp"

using namespace ledactor;

namespace {

/// A sender that is hurried on, and a receiver that answers when the test has it answer.
struct fixture : test::actor_fixture {
  using receiver = caf::typed_actor<caf::result<void>(int)>;
  using sender = caf::typed_actor<caf::result<void>(int), caf::result<void>(caf::reset_atom)>;

  ~fixture() override { end_all(); }

  using slow_receiver = test::hanging<receiver>;

  slow_receiver new_receiver() {
    return own(sys.spawn([this](slow_receiver::pointer me) -> slow_receiver::behavior_type {
      auto held = std::make_shared<test::held_answers>();
      return {[=, this](int number) {
                got.push_back(number);
                return held->hold(me);
              },
              [held](caf::ok_atom) {
                held->answer_first();
              }};
    }));
  }

  sender new_sender() {
    return own(sys.spawn([this](sender::pointer me) -> sender::behavior_type {
      const auto box = std::make_shared<outbox<receiver, int>>(most);
      return {[=, this](int number) { box->send(me, slow, number); },
              [=](caf::reset_atom) {
                box->forget();
              }};
    }));
  }

  void send(int from, int to) {
    for (int number = from; number <= to; ++number) {
      self->send(hurried, number);
    }
    consume_messages();
  }

  void answer() {
    self->send(slow, caf::ok_atom_v);
    consume_messages();
  }

  static constexpr std::size_t most = 3;
  using numbers = std::vector<int>;
  numbers got;
  slow_receiver slow = new_receiver();
  sender hurried = new_sender();
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("all messages arrive in order while the receiver answers") {
  for (int number = 1; number <= 10; ++number) {
    send(number, number);
    answer();
  }
  CHECK_EQ(got, (numbers{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
}

SCENARIO("a receiver that does not answer gets so many, and the newest once it answers") {
  send(1, 100'000);
  CHECK_EQ(got, (numbers{1, 2, 3}));
  answer();
  CHECK_EQ(got, (numbers{1, 2, 3, 100'000}));
  answer();
  send(5, 6);
  CHECK_EQ(got, (numbers{1, 2, 3, 100'000, 5}));
  answer();
  CHECK_EQ(got, (numbers{1, 2, 3, 100'000, 5, 6}));
}

SCENARIO("what was forgotten while it waited is not sent") {
  send(1, 10);
  self->send(hurried, caf::reset_atom_v);
  answer();
  CHECK_EQ(got, (numbers{1, 2, 3}));
  send(11, 11);
  CHECK_EQ(got, (numbers{1, 2, 3, 11}));
}

SCENARIO("the successor of a receiver that ended is sent the newest") {
  send(1, 10);
  self->send_exit(std::exchange(slow, new_receiver()), caf::exit_reason::kill);
  consume_messages();
  got.clear();
  send(11, 13);
  CHECK_EQ(got, (numbers{11, 12, 13}));
}

END_FIXTURE_SCOPE()
