#pragma once

#include "web/api.hpp"
#include "web/files.hpp"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace ledactor::web::test {

/// The API's own description, as it is served.
inline nlohmann::json description() {
  const auto* file = find_file("/api/openapi.json");
  return nlohmann::json::parse(file == nullptr ? std::string_view{} : file->bytes);
}

/// An API whose board is made of what it is told here.
struct api_fixture {
  using words = std::vector<std::string>;

  api make(std::string token = {}) {
    return {
        facts,
        view,
        {
            .move_finger =
                facts.simulated
                    ? std::function<bool(std::uint32_t, bool)>{[this](auto input, bool pressed) {
                        done.push_back((pressed ? "press " : "release ") + std::to_string(input));
                        return keeps_up;
                      }}
                    : nullptr,
            .kick = [this](auto session) { done.push_back("kick " + std::to_string(session)); },
            .quit = [this] { done.emplace_back("quit"); },
        },
        {
            .components =
                [] {
                  return std::vector<component_state>{{"ledactor.chip", 0, 3}};
                },
            .metrics = [] { return std::string{"a_metric 1\n"}; },
        },
        std::move(token),
        names};
  }

  board_facts facts{.version = "1.2.3",
                    .name = "here",
                    .role = board_role::server,
                    .simulated = true,
                    .buttons = {"23", "24", "25", "13"},
                    .control = "26",
                    .leds = {"4", "17", "27", "22"},
                    .peer_buttons = {"4", "17", "27", "22"},
                    .peer_leds = {"23", "24", "25", "13"},
                    .wire = "native",
                    .fingerprint = {},
                    .address = "127.0.0.1:23870"};
  std::shared_ptr<board_view> view = std::make_shared<board_view>();
  std::vector<std::string> names;  ///< further ones
  bool keeps_up = true;            ///< the board, with its fingers
  words done;                      ///< what viewers have had done
};

}  // namespace ledactor::web::test
