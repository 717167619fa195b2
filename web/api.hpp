#pragma once

#include "web/finger_leases.hpp"
#include "web/own_names.hpp"
#include "web/status_json.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ledactor::web {

/// What of an HTTP request the API looks at; a header that was not sent is empty.
struct request {
  std::string method;
  std::string target;  ///< path and query, perhaps with http:// and a host before them
  std::string host;
  std::string origin;
  std::string fetch_site;  ///< Sec-Fetch-Site: where the page is from whose browser asks
  std::string authorization;
  std::string last_event_id;
};

/// What is answered.
struct response {
  unsigned status = 200;
  std::string type = "application/json";
  std::string body;
  std::string allow;  ///< with status 405: the methods that are allowed
};

/// An answer that says what is wrong and what to do, as the description of the API has it.
response error_answer(unsigned status, std::string_view text);

/// Longest name that a viewer may give itself.
inline constexpr std::size_t max_viewer_name = 64;

/// The viewer is to be sent all events after this one.
struct subscription {
  std::uint64_t since = 0;
  std::string viewer = {};  ///< whose presses live as long as the stream; empty: nobody's
};

/// What viewers can have done.
struct api_actions {
  /// Moves the finger on a simulated board's button; the control button comes after the last.
  /// Returns false if the board does not keep up. Null on a real board, whose buttons no program
  /// presses.
  std::function<bool(std::uint32_t input, bool pressed)> move_finger;
  std::function<void(std::uint64_t session)> kick;
  std::function<void()> quit;
};

/// What the answers are made of, beside the view.
struct api_sources {
  std::function<std::vector<component_state>()> components;
  std::function<std::string()> metrics;  ///< in Prometheus' text format
};

/// Answers HTTP requests about a board. Knows nothing of sockets; used by one thread.
///
/// Who may ask: a Host header that has one of this board's names keeps pages of other sites from
/// asking in a browser's name (DNS rebinding). What changes something needs an Origin of this very
/// server, or the token. Where there is a token, all but the page itself needs it.
class api {
public:
  /// @param token that viewers have to show; empty: none.
  /// @param names see `own_names`; conf `ledactor.web.names`.
  api(board_facts facts, std::shared_ptr<const board_view> view, api_actions actions,
      api_sources sources, std::string token, const std::vector<std::string>& names = {});

  /// HEAD is answered as GET would be: the body is to be left out.
  std::variant<response, subscription> answer(request asked) const;

  /// Whether there is a token, and the request has it.
  bool shows_token(const request& r) const;

  /// Who holds which button. Who owns the API has it expire, and tells it of event streams.
  finger_leases& fingers() const { return *fingers_; }

  /// The methods and paths of all that is answered beside the page; `*` is any one part of a path.
  static std::vector<std::pair<std::string_view, std::string_view>> known_routes();

private:
  struct finger {
    std::uint32_t input;
    std::string viewer;  ///< empty: nobody in particular
  };

  struct route;
  static std::span<const route> routes();

  std::optional<response> refuse(const request& r, const route& to) const;
  std::string status() const;
  response log(const request& r) const;
  std::variant<finger, response> find_finger(const request& r, std::string_view button) const;
  response press(const request& r, std::string_view button) const;
  response release(const request& r, std::string_view button) const;
  response kick(std::string_view session) const;
  std::variant<response, subscription> subscribe(const request& r) const;

  board_facts facts_;
  std::shared_ptr<const board_view> view_;
  api_actions actions_;
  std::shared_ptr<finger_leases> fingers_;
  api_sources sources_;
  std::string token_;
  own_names names_;
};

}  // namespace ledactor::web
