#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace ledactor::doctor {

/// How good it is, from good to bad.
enum class mark {
  ok,
  note,     ///< worth knowing
  warning,  ///< a run would work as far as can be told, but perhaps not as meant
  fault,    ///< a run would not work
};

/// What a check found.
struct finding {
  mark verdict;
  std::string text;    ///< what is so
  std::string cure{};  ///< what to do about it; of a warning or a fault
};

/// Findings of one kind.
using findings = std::vector<finding>;

inline finding ok(std::string text) {
  return {mark::ok, std::move(text)};
}

inline finding note(std::string text) {
  return {mark::note, std::move(text)};
}

inline finding warning(std::string text, std::string cure) {
  return {mark::warning, std::move(text), std::move(cure)};
}

inline finding fault(std::string text, std::string cure) {
  return {mark::fault, std::move(text), std::move(cure)};
}

/// A fault from a message of the program's: the cause, a semicolon, the cure.
inline finding fault_from(const std::string& message) {
  const auto semicolon = message.find("; ");
  return semicolon == std::string::npos
             ? fault(message, "put that right, and run the doctor again")
             : fault(message.substr(0, semicolon), message.substr(semicolon + 2));
}

/// The configuration's key that a message begins with, or "".
inline std::string key_of(const std::string& message) {
  return message.starts_with("ledactor.") ? message.substr(0, message.find(':')) : "";
}

/// Drops what is known already, if in other words: findings with the key and the cure of one that
/// is known.
inline void drop_known(findings& found, const findings& known) {
  std::erase_if(found, [&](const finding& f) {
    return !f.cure.empty() && std::any_of(known.begin(), known.end(), [&](const finding& k) {
      return k.cure == f.cure && key_of(k.text) == key_of(f.text);
    });
  });
}

}  // namespace ledactor::doctor
