#pragma once

#include "main/command_line.hpp"
#include "main/config_file.hpp"

#include <caf/test/bdd_dsl.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ledactor::test {

/// Longest complaint that a user reads to its end [bytes].
inline constexpr std::size_t max_complaint = 400;

/// Checks that a complaint is one short line of plain text.
inline std::string checked(std::string complaint) {
  CHECK(complaint.size() < max_complaint);
  CHECK(std::all_of(complaint.begin(), complaint.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f;
  }));
  return complaint;
}

/// The complaint about a configuration file of this text; empty if the text is good.
inline std::string complaint_about_file(std::string text) {
  const auto parsed = parse_config(std::move(text));
  const auto* complaint = std::get_if<std::string>(&parsed);
  return complaint == nullptr ? "" : checked(*complaint);
}

/// The complaint about the arguments after the program's name; empty if they are good.
inline std::string complaint_about_arguments(const std::vector<std::string>& arguments) {
  const auto parsed = parse_command_line(arguments);
  const auto* complaint = std::get_if<failure>(&parsed);
  if (complaint == nullptr) {
    return "";
  }
  CHECK_EQ(complaint->status, exit_usage);
  return checked(complaint->text);
}

/// A configuration file that sets one key, which is given with its sections.
inline std::string file_with(std::string_view key, std::string_view value) {
  const auto dot = key.find('.');
  const std::string first{key.substr(0, dot)};
  return dot == std::string_view::npos
             ? first + " = " + std::string{value}
             : first + " { " + file_with(key.substr(dot + 1), value) + " }";
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace ledactor::test
