#include "net/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <type_traits>

namespace ledactor::net {

namespace {

constexpr std::size_t length_size = 2;
constexpr std::array<std::uint8_t, 4> magic{'L', 'D', 'A', 'C'};

/// A frame's type byte is its place in `frame`, from 1; from here on unknown types are skipped.
constexpr std::uint8_t first_optional_type = 0x80;

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

/// Writes big-endian numbers and length-prefixed texts.
class writer {
public:
  explicit writer(std::vector<std::uint8_t>& out) : out_(out) {}

  template <class T>
  void number(T value) {
    for (auto shift = sizeof(T) * 8; shift > 0; shift -= 8) {
      out_.push_back(static_cast<std::uint8_t>(std::uint64_t{value} >> (shift - 8)));
    }
  }

  void text(std::string_view value, std::size_t max) {
    value = value.substr(0, max);
    number(static_cast<std::uint8_t>(value.size()));
    out_.insert(out_.end(), value.begin(), value.end());
  }

  void body(const hello& f) {
    out_.insert(out_.end(), magic.begin(), magic.end());
    number(f.version);
    number(f.role);
    number(f.leds);
    number(f.buttons);
    text(f.name, max_name_length);
    if (f.heartbeat != 0) {
      number(f.heartbeat);
      out_.insert(out_.end(), f.board.begin(), f.board.end());
    }
  }
  void body(const seat&) {}
  void body(const wait& f) {
    number(f.place);
    text(f.holder, max_name_length);
  }
  void body(const levels_frame& f) {
    number(f.seq);
    number(f.when);
    number(f.pressed);
  }
  void body(const ack& f) {
    number(f.seq);
    number(f.when);
  }
  void body(const heartbeat&) {}
  void body(const bye& f) {
    number(f.reason);
    text(f.text, max_text_length);
  }

private:
  std::vector<std::uint8_t>& out_;
};

/// Reads what `writer` writes; remembers whether anything was missing.
class parser {
public:
  explicit parser(std::span<const std::uint8_t> in) : in_(in) {}

  template <class T>
  T number() {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value = value << 8U | byte();
    }
    return static_cast<T>(value);
  }

  std::string text(std::size_t max) {
    const std::size_t size = byte();
    if (size > max || size > in_.size()) {
      good_ = false;
      return {};
    }
    std::string result{in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(size)};
    in_ = in_.subspan(size);
    good_ = good_ && is_printable(result);
    return result;
  }

  void bytes(std::span<std::uint8_t> to) {
    for (auto& b : to) {
      b = byte();
    }
  }

  std::size_t left() const { return in_.size(); }
  void expect(bool condition) { good_ = good_ && condition; }
  bool good() const { return good_; }
  bool at_end() const { return in_.empty(); }

private:
  std::uint8_t byte() {
    if (in_.empty()) {
      good_ = false;
      return 0;
    }
    const auto value = in_.front();
    in_ = in_.subspan(1);
    return value;
  }

  std::span<const std::uint8_t> in_;
  bool good_ = true;
};

// A hello of another version ends after its version: the rest may have changed. One of this
// version may be longer than we know, so that later programs can add to it, and may end after the
// name, as it did at first.
frame parse_hello(parser& in) {
  hello f;
  for (auto letter : magic) {
    in.expect(in.number<std::uint8_t>() == letter);
  }
  f.version = in.number<std::uint8_t>();
  if (f.version == protocol_version) {
    f.role = in.number<std::uint8_t>();
    f.leds = in.number<std::uint8_t>();
    f.buttons = in.number<std::uint8_t>();
    f.name = in.text(max_name_length);
    in.expect(f.role <= 1 && f.leds >= 1 && f.leds <= 64 && f.buttons >= 1 && f.buttons <= 64
              && is_valid_name(f.name));
    if (in.left() >= sizeof(f.heartbeat) + f.board.size()) {
      f.heartbeat = in.number<std::uint32_t>();
      in.bytes(f.board);
      in.expect(f.heartbeat >= min_heartbeat && f.heartbeat <= max_heartbeat);
    }
  }
  return f;
}

std::optional<frame> parse_body(std::uint8_t type, parser& in) {
  switch (type) {
    case 1:
      return parse_hello(in);
    case 2:
      return seat{};
    case 3: {
      wait f;
      f.place = in.number<std::uint16_t>();
      f.holder = in.text(max_name_length);
      in.expect(f.place >= 1 && is_valid_name(f.holder));
      return f;
    }
    case 4: {
      levels_frame f;
      f.seq = in.number<std::uint32_t>();
      f.when = in.number<std::uint64_t>();
      f.pressed = in.number<std::uint64_t>();
      return f;
    }
    case 5: {
      ack f;
      f.seq = in.number<std::uint32_t>();
      f.when = in.number<std::uint64_t>();
      return f;
    }
    case 6:
      return heartbeat{};
    case 7: {
      bye f;
      f.reason = in.number<std::uint8_t>();
      f.text = in.text(max_text_length);
      return f;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

bool is_valid_name(std::string_view text) {
  return !text.empty() && text.size() <= max_name_length && is_printable(text)
         && text.front() != ' ' && text.back() != ' ';
}

void append_frame(std::vector<std::uint8_t>& out, const frame& f) {
  const auto start = out.size();
  writer to{out};
  to.number(std::uint16_t{0});
  to.number(static_cast<std::uint8_t>(f.index() + 1));
  std::visit([&](const auto& body) { to.body(body); }, f);
  const auto length = out.size() - start - length_size;
  out[start] = static_cast<std::uint8_t>(length >> 8U);
  out[start + 1] = static_cast<std::uint8_t>(length);
}

/// How many bytes the frame has that begins so; 2 as long as it does not say. Fails for a length
/// out of bounds.
std::size_t frame_reader::size_of(std::span<const std::uint8_t> begun) {
  if (begun.size() < length_size) {
    return length_size;
  }
  const std::size_t length = std::size_t{begun[0]} << 8U | begun[1];
  if (length < 1 || length > max_frame_length) {
    failure_ = fmt::format("length {} is not of 1 to {}", length, max_frame_length);
  }
  return length_size + length;
}

/// Cuts the next whole frame off, without a copy unless it comes in pieces.
/// @returns it, valid until the next call; nothing if there is none, or after a failure.
std::span<const std::uint8_t> frame_reader::cut(std::span<const std::uint8_t>& bytes) {
  if (begun_.empty() && bytes.size() >= length_size) {
    if (const auto size = size_of(bytes); failure_.empty() && size <= bytes.size()) {
      const auto whole = bytes.first(size);
      bytes = bytes.subspan(size);
      return whole;
    }
  }
  while (failure_.empty() && !bytes.empty()) {
    const auto missing = std::min(size_of(begun_) - begun_.size(), bytes.size());
    begun_.insert(begun_.end(), bytes.begin(),
                  bytes.begin() + static_cast<std::ptrdiff_t>(missing));
    bytes = bytes.subspan(missing);
    if (begun_.size() > length_size && begun_.size() == size_of(begun_)) {
      return begun_;
    }
    size_of(begun_);
  }
  return {};
}

std::optional<frame> frame_reader::next(std::span<const std::uint8_t>& bytes) {
  while (failure_.empty()) {
    const auto whole = cut(bytes);
    if (whole.empty()) {
      break;
    }
    ++taken_;
    const auto length = whole.size() - length_size;
    const auto type = whole[length_size];
    parser in{whole.subspan(length_size + 1)};
    auto result = parse_body(type, in);
    const bool is_whole = in.at_end() || type == 1;
    begun_.clear();
    if (!result && type >= first_optional_type) {
      continue;
    }
    if (!result) {
      failure_ = fmt::format("unknown frame type {}", type);
    } else if (!in.good() || !is_whole) {
      failure_ = fmt::format("malformed frame of type {} and length {}", type, length);
    } else {
      return result;
    }
  }
  return std::nullopt;
}

}  // namespace ledactor::net
