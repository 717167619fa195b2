#pragma once

#include "actors/log_history.hpp"
#include "web/board_view.hpp"

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

/// @file
/// What the API says, as web/openapi.json describes it.

namespace ledactor::web {

/// What does not change while a board runs.
struct board_facts {
  std::string version;
  std::string name;
  board_role role = board_role::server;
  bool simulated = false;
  std::vector<std::string> buttons;  ///< their lines: BCM offsets or names
  std::string control;
  std::vector<std::string> leds;
  /// The other role's, as this board's configuration has them: one file serves both boards.
  std::vector<std::string> peer_buttons;
  std::vector<std::string> peer_leds;
  std::size_t seats = 1;
  std::string wire;         ///< conf `ledactor.link.wire`
  std::string fingerprint;  ///< of the key that is dialed with; empty: the link is not encrypted
  std::string address;      ///< where it listens, or what it dials
  double started = 0;       ///< [s since 1970], by a clock that may have been set since
  std::chrono::steady_clock::time_point began{};  ///< the same, by a clock that nobody sets
};

/// The actors of one component, as CAF counts them.
struct component_state {
  std::string component;  ///< as in the log
  std::int64_t mailbox = 0;
  std::int64_t messages = 0;
};

/// `GET /api/status`.
nlohmann::json status_json(const board_facts& facts, const board_snapshot& now,
                           const std::vector<component_state>& components);

/// An event's name, which tells what its data are.
std::string event_name(const event& e);

/// An event's data.
nlohmann::json event_json(const event& e);

/// A log level's name, as the API and the log have it, and the level of a name; 0: of none.
std::string_view log_level_word(unsigned level);
unsigned log_level_of(std::string_view word);

/// `GET /api/log`.
nlohmann::json log_json(const log_history::excerpt& lines);

/// The text of an answer, in UTF-8 whatever it is made of.
std::string text_of(const nlohmann::json& answer);

}  // namespace ledactor::web
