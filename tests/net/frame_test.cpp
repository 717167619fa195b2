#define CAF_SUITE frame

#include "net/frame.hpp"

#include <caf/test/bdd_dsl.hpp>
#include <fmt/format.h>

#include <fstream>
#include <random>

using namespace ledactor::net;

namespace {

using bytes = std::vector<std::uint8_t>;

/// One row of a table in net/PROTOCOL.md, its cells without blanks and backticks.
using row = std::vector<std::string>;

std::string strip(std::string_view cell) {
  const auto first = cell.find_first_not_of(" `");
  const auto last = cell.find_last_not_of(" `");
  return first == std::string_view::npos ? std::string{}
                                         : std::string{cell.substr(first, last - first + 1)};
}

/// The rows of the table behind a mark.
std::vector<row> table(const std::string& name) {
  std::ifstream file{PROTOCOL_FILE};
  std::vector<row> rows;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "<!-- vectors: " + name + " -->") {
      inside = true;
    } else if (inside && line.starts_with("| ")) {
      row cells;
      for (std::size_t at = 1; at < line.size();) {
        const auto end = line.find('|', at);
        cells.push_back(strip(std::string_view{line}.substr(at, end - at)));
        at = end + 1;
      }
      rows.push_back(std::move(cells));
    } else if (inside) {
      break;
    }
  }
  REQUIRE(rows.size() > 2);
  rows.erase(rows.begin(), rows.begin() + 2);  // the heading
  return rows;
}

bytes from_hex(const std::string& text) {
  bytes result;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    result.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(at, 2), nullptr, 16)));
  }
  return result;
}

struct describe {
  std::string operator()(const hello& f) const {
    auto text = fmt::format("hello version={} role={} leds={} buttons={} name={}", f.version,
                            f.role, f.leds, f.buttons, f.name);
    if (f.heartbeat != 0) {
      text += fmt::format(" heartbeat={} board={:02x}", f.heartbeat, fmt::join(f.board, ""));
    }
    return text;
  }
  std::string operator()(const seat&) const { return "seat"; }
  std::string operator()(const wait& f) const {
    return fmt::format("wait place={} holder={}", f.place, f.holder);
  }
  std::string operator()(const levels_frame& f) const {
    return fmt::format("levels seq={} when={} pressed={:#x}", f.seq, f.when, f.pressed);
  }
  std::string operator()(const ack& f) const {
    return fmt::format("ack seq={} when={}", f.seq, f.when);
  }
  std::string operator()(const heartbeat&) const { return "heartbeat"; }
  std::string operator()(const bye& f) const {
    return fmt::format("bye reason={} text={}", f.reason, f.text);
  }
};

std::optional<frame> decode(const bytes& data) {
  std::span<const std::uint8_t> rest{data};
  return frame_reader{}.next(rest);
}

}  // namespace

SCENARIO("the documented frames are decoded as documented") {
  for (const auto& cells : table("frames")) {
    const auto decoded = decode(from_hex(cells.at(2)));
    REQUIRE(decoded.has_value());
    CHECK_EQ(std::visit(describe{}, *decoded), cells.at(1));
  }
}

SCENARIO("the documented frames are encoded as documented") {
  for (const auto& cells : table("frames")) {
    const auto documented = from_hex(cells.at(2));
    bytes encoded;
    append_frame(encoded, *decode(documented));
    CHECK_EQ(encoded, documented);
  }
}

SCENARIO("the documented exceptions are tolerated") {
  for (const auto& cells : table("tolerated")) {
    frame_reader reader;
    const auto documented = from_hex(cells.at(2));
    std::span<const std::uint8_t> rest{documented};
    const auto decoded = reader.next(rest);
    CHECK_EQ(decoded ? std::visit(describe{}, *decoded) : "skipped", cells.at(1));
    CHECK_EQ(reader.failure(), "");
  }
}

SCENARIO("the documented faults are refused, for good") {
  bytes good;
  append_frame(good, heartbeat{});
  for (const auto& cells : table("refused")) {
    frame_reader reader;
    const auto documented = from_hex(cells.at(1));
    std::span<const std::uint8_t> rest{documented};
    if (reader.next(rest).has_value() || reader.failure().empty()) {
      CAF_FAIL("not refused: " << cells.at(0));
    }
    rest = good;
    CHECK(!reader.next(rest));
  }
}

SCENARIO("frames may come in pieces, and many at once") {
  bytes stream;
  std::vector<std::string> sent;
  for (const auto& cells : table("frames")) {
    const auto one = from_hex(cells.at(2));
    stream.insert(stream.end(), one.begin(), one.end());
    sent.push_back(cells.at(1));
  }
  for (std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, stream.size()}) {
    frame_reader reader;
    std::vector<std::string> got;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      std::span<const std::uint8_t> rest{stream};
      rest = rest.subspan(at, std::min(piece, stream.size() - at));
      while (const auto f = reader.next(rest)) {
        got.push_back(std::visit(describe{}, *f));
      }
    }
    CHECK_EQ(got, sent);
  }
}

SCENARIO("no bytes make the reader do anything but give frames or refuse") {
  std::minstd_rand random{1};
  for (int round = 0; round < 20'000; ++round) {
    bytes noise(random() % 64);
    for (auto& byte : noise) {
      byte = static_cast<std::uint8_t>(random());
    }
    if (noise.size() > 1) {
      noise[0] = 0;  // so that more than lengths out of bounds are tried
    }
    frame_reader reader;
    std::span<const std::uint8_t> rest{noise};
    while (const auto f = reader.next(rest)) {
      bytes again;
      append_frame(again, *f);
      CHECK(again.size() <= max_frame_length + 2);
    }
  }
}

SCENARIO("texts beyond their bounds are cut") {
  bytes encoded;
  append_frame(encoded, bye{1, std::string(500, 't')});
  const auto decoded = decode(encoded);
  REQUIRE(decoded.has_value());
  CHECK_EQ(std::get<bye>(*decoded).text.size(), max_text_length);
}

SCENARIO("names are printable and short") {
  for (const auto* good : {"a", "left desk", "~!@"}) {
    CHECK(is_valid_name(good));
  }
  for (const auto* bad : {"", " a", "a ", "a\nb", "\x1b[31m", "\xc3\xbc"}) {
    CHECK(!is_valid_name(bad));
  }
  CHECK(is_valid_name(std::string(63, 'n')));
  CHECK(!is_valid_name(std::string(64, 'n')));
}
