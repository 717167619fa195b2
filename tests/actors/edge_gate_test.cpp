#define CAF_SUITE edge_gate

#include "actors/edge_gate.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <future>
#include <vector>

using namespace ledactor;

namespace {

std::vector<ticket> take_all(edge_gate& gate) {
  std::vector<ticket> tickets;
  for (std::size_t i = 0; i < max_edges_under_way; ++i) {
    tickets.push_back(gate.acquire());
  }
  return tickets;
}

constexpr std::chrono::seconds limit{30};

}  // namespace

SCENARIO("a ticket comes back when its last copy is gone") {
  auto gate = std::make_shared<edge_gate>();
  auto first = gate->acquire();
  auto copy = first;
  first.reset();
  CHECK_EQ(gate->in_use(), 1U);
  copy.reset();
  CHECK_EQ(gate->in_use(), 0U);
}

SCENARIO("who comes while all tickets are out waits for one") {
  auto gate = std::make_shared<edge_gate>();
  auto tickets = take_all(*gate);
  auto late = std::async(std::launch::async, [&] { return gate->acquire(); });
  CHECK(late.wait_for(std::chrono::milliseconds{20}) == std::future_status::timeout);
  tickets.pop_back();
  CHECK(late.wait_for(limit) == std::future_status::ready);
  CHECK(late.get() != nullptr);
}

SCENARIO("closing the gate sends the waiting away without a ticket") {
  auto gate = std::make_shared<edge_gate>();
  auto tickets = take_all(*gate);
  auto late = std::async(std::launch::async, [&] { return gate->acquire(); });
  gate->close();
  CHECK(late.wait_for(limit) == std::future_status::ready);
  CHECK(late.get() == nullptr);
  CHECK(gate->acquire() == nullptr);
}

SCENARIO("a ticket may outlive its gate") {
  auto gate = std::make_shared<edge_gate>();
  auto held = gate->acquire();
  gate.reset();
  held.reset();
}
