// The frame decoder: the first byte says how the rest, a stream of frames, is cut into pieces.

#include "net/frame.hpp"
#include "tests/fuzz/property.hpp"

#include <string>

using namespace ledactor;
using fuzz::must;

namespace {

using bytes = std::vector<std::uint8_t>;

struct decoded {
  std::vector<net::frame> frames;
  std::string failure;
  bool operator==(const decoded&) const = default;
};

decoded decode(const std::vector<fuzz::input>& pieces) {
  net::frame_reader reader;
  decoded result;
  for (auto piece : pieces) {
    while (auto f = reader.next(piece)) {
      must(reader.failure().empty(), "a frame is given before a failure, not after");
      result.frames.push_back(std::move(*f));
    }
  }
  result.failure = reader.failure();
  if (!result.failure.empty()) {
    bytes good;
    net::append_frame(good, net::heartbeat{});
    fuzz::input more{good};
    must(!reader.next(more) && reader.failure() == result.failure, "a failure is final");
  }
  return result;
}

/// What PROTOCOL.md says of a frame's fields.
struct is_within_bounds {
  bool operator()(const net::hello& f) const {
    return f.version != net::protocol_version
               ? f.role == 0 && f.leds == 0 && f.buttons == 0 && f.name.empty() && f.heartbeat == 0
               : f.role <= 1 && f.leds >= 1 && f.leds <= 64 && f.buttons >= 1 && f.buttons <= 64
                     && f.name.size() <= 63 && net::is_valid_name(f.name)
                     && (f.heartbeat == 0 || (f.heartbeat >= 10 && f.heartbeat <= 3'600'000));
  }
  bool operator()(const net::wait& f) const {
    return f.place >= 1 && f.holder.size() <= 63 && net::is_valid_name(f.holder);
  }
  bool operator()(const net::bye& f) const {
    return f.text.size() <= 120 && (f.text.empty() || fuzz::is_one_line(f.text));
  }
  bool operator()(const auto&) const { return true; }
};

bytes encode(const net::frame& f) {
  bytes out;
  net::append_frame(out, f);
  must(out.size() >= 3 && out.size() <= 2 + net::max_frame_length, "an encoded frame is in bounds");
  return out;
}

bool is_of_another_version(const net::frame& f) {
  const auto* greeting = std::get_if<net::hello>(&f);
  return greeting != nullptr && greeting->version != net::protocol_version;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input stream{data, size};
  const auto seed = fuzz::take_byte(stream);
  const auto whole = decode({stream});
  must(decode(fuzz::split(stream, seed)) == whole, "pieces give what the whole gives");
  must(whole.failure.empty() || fuzz::is_one_line(whole.failure), "a failure is one line");

  bytes again;
  for (const auto& f : whole.frames) {
    must(std::visit(is_within_bounds{}, f), "a frame's fields are in bounds");
    const auto one = encode(f);
    again.insert(again.end(), one.begin(), one.end());
  }
  const auto second = decode({again});
  must(second.failure.empty() && second.frames == whole.frames, "encoded again, it is the same");
  if (std::none_of(whole.frames.begin(), whole.frames.end(), is_of_another_version)) {
    must(again.size() <= stream.size(), "no frame grows");
  }
  return 0;
}
