#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ledactor::web {

/// The connections that there are, and which one goes when one more comes than may be: the idlest
/// of those that a stranger has, and of the address that has most. A friend, whose peer is this
/// machine or has shown the token, loses one only while it waits for a request, and a viewer none.
/// Some places are for friends alone, and an address has its share of the others, so that a
/// stranger's many connections keep out neither friends nor other strangers. Decides, and does
/// nothing.
class places {
public:
  using id = std::uint64_t;

  /// @param number how many connections may be, at least 4.
  explicit places(std::size_t number) : number_(number) {}

  /// What becomes of a connection that comes, and which one goes for it.
  struct verdict {
    bool is_let_in = true;
    std::optional<id> leaver = std::nullopt;  ///< it is no longer here
  };

  /// A connection comes, and waits for a request.
  /// @param address an IP address; of IPv6, a host may have as many as it likes within a /64.
  /// @param has_room false: one must go for it, however few there are.
  verdict arrive(id who, const std::string& address, bool has_room);

  /// It has asked for something, and is no longer idle.
  void ask(id who) { move(who, state::asking); }

  /// It waits for a request from now on, or for its end.
  void wait(id who) { move(who, state::waiting); }

  /// It is sent events until it ends, which makes a friend of it.
  void look_on(id who);

  /// It has shown the token.
  void befriend(id who);

  /// It has ended.
  void leave(id who);

  std::size_t size() const { return taken_.size(); }

private:
  enum class state { waiting, asking, looking_on };
  struct place {
    id who = 0;
    std::string owner;  ///< its address, or the part of it that counts
    bool is_friend = false;
    state now = state::waiting;
  };
  using iterator = std::vector<place>::iterator;

  iterator find(id who);
  iterator find_leaver(const std::string& owner);
  iterator find_waiting_friend();
  std::string find_crowd() const;
  std::size_t count_strangers() const;
  std::size_t count_strangers(const std::string& owner) const;
  void move(id who, state now);

  std::size_t number_;
  std::vector<place> taken_;  ///< the longest in its state first
};

}  // namespace ledactor::web
