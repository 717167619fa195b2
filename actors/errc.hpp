#pragma once

#include <caf/default_enum_inspect.hpp>
#include <caf/error.hpp>
#include <caf/is_error_code_enum.hpp>
#include <caf/string_view.hpp>

#include <cstdint>
#include <string>

namespace ledactor {

/// Why a link or an actor ended, in three groups: what travels as a farewell's reason, with the
/// numbers of net/PROTOCOL.md; how else a link ends, which the peer is not told; and why an actor,
/// or the program, cannot go on. No number is ever given to another reason.
enum class errc : std::uint8_t {
  none = 0,
  kicked = 1,      ///< the server gave the seat to somebody else
  quit = 2,        ///< the client's user left
  shutdown = 3,    ///< the program was told to end
  busy = 4,        ///< all seats, or the queue, are taken
  version = 5,     ///< the peer speaks another version of the protocol
  protocol = 6,    ///< the peer sent what the protocol does not allow
  board_lost = 7,  ///< the board failed while in use
  key = 8,         ///< the two sides do not have the same key, or one has none
  replaced = 9,    ///< the peer's board has come again, and has the place now

  closed = 32,    ///< the connection ended without a farewell
  crowded = 33,   ///< dropped before its hello, since newer connections came
  silent = 34,    ///< nothing came from the peer for `link.dead-after`
  stalled = 35,   ///< for `link.dead-after` the peer took nothing, or its LEDs did not follow
  tampered = 36,  ///< what came is not what the peer has sent
  cable = 37,     ///< the cable was pulled, or the interface taken away or switched off

  bad_config = 64,         ///< the configuration cannot work on this board
  no_permission = 65,      ///< the operating system does not let us
  not_available = 66,      ///< a device or an address is not to be had
  too_many_restarts = 67,  ///< an actor keeps on failing
};

/// The highest reason of the first group.
inline constexpr errc last_farewell = errc::replaced;

/// The reason in one word, as the log, stdout and the tests have it.
std::string to_string(errc value);

/// The inverse of `to_string`. Errors: returns false on an unknown word.
bool from_string(caf::string_view word, errc& value);

/// @returns false if no reason has that number.
bool from_integer(std::uint8_t number, errc& value);

template <class Inspector>
bool inspect(Inspector& f, errc& x) {
  return caf::default_enum_inspect(f, x);
}

/// Whether a session ended because one side meant it to (kicked, quit, shutdown), rather than by a
/// lost link or a fault.
constexpr bool is_farewell(errc reason) {
  return reason == errc::kicked || reason == errc::quit || reason == errc::shutdown;
}
bool is_farewell(const caf::error& reason);

/// What an error says beside its reason, such as what was wrong with what the peer sent; empty if
/// it says nothing.
std::string text_of(const caf::error& reason);

/// Whether a session ends without a farewell: its peer cannot get one, or is not worth the time.
constexpr bool is_abrupt(errc reason) {
  return reason == errc::crowded || reason == errc::cable;
}

/// The `errc` in an error; `errc::closed` for none, and for an error that is not ours, such as a
/// killed actor's.
errc to_errc(const caf::error& reason);

}  // namespace ledactor

CAF_ERROR_CODE_ENUM(ledactor::errc)
