#include "actors/log_format.hpp"

#include "actors/log_level.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <ctime>
#include <sstream>
#include <string_view>

namespace ledactor {

namespace {

constexpr std::string_view reset_color = "\x1b[0m";

std::string_view color_of(unsigned level) {
  switch (level) {
    case CAF_LOG_LEVEL_ERROR:
      return "\x1b[31m";
    case CAF_LOG_LEVEL_WARNING:
      return "\x1b[33m";
    case CAF_LOG_LEVEL_INFO:
      return "\x1b[32m";
    case CAF_LOG_LEVEL_DEBUG:
      return "\x1b[36m";
    default:
      return "\x1b[34m";
  }
}

}  // namespace

std::string log_date(caf::timestamp at) {
  using namespace std::chrono;
  const auto ms = duration_cast<milliseconds>(at.time_since_epoch()).count();
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  std::array<char, 32> text;
  const auto size = std::strftime(text.data(), text.size(), "%FT%T", &local);
  const auto minutes = local.tm_gmtoff / 60;
  return fmt::format("{}.{:03}{}{:02}:{:02}", std::string_view{text.data(), size}, ms % 1000,
                     minutes < 0 ? '-' : '+', std::abs(minutes) / 60, std::abs(minutes) % 60);
}

log_format::log_format(const std::string& format, bool colored)
    : fields_(caf::logger::parse_format(format)), colored_(colored) {}

std::string log_format::render(const caf::logger::event& e) const {
  using caf::logger;
  std::ostringstream out;
  for (const auto& field : fields_) {
    switch (field.kind) {
      case logger::category_field:
        out << e.category_name;
        break;
      case logger::class_name_field:
        logger::render_fun_prefix(out, e);
        break;
      case logger::date_field:
        out << log_date(e.tstamp);
        break;
      case logger::file_field:
        out << e.file_name;
        break;
      case logger::line_field:
        out << e.line_number;
        break;
      case logger::message_field:
        out << e.message;
        break;
      case logger::method_field:
        logger::render_fun_name(out, e);
        break;
      case logger::newline_field:
        out << '\n';
        break;
      case logger::priority_field:
        out << find_log_level([&](const auto& l) { return l.number == e.level; }).name;
        break;
      case logger::runtime_field:
        out << std::chrono::duration_cast<std::chrono::milliseconds>(e.tstamp - start_).count();
        break;
      case logger::thread_field:
        out << e.tid;
        break;
      case logger::actor_field:
        out << "actor" << e.aid;
        break;
      case logger::percent_sign_field:
        out << '%';
        break;
      case logger::plain_text_field:
        out << field.text;
        break;
      case logger::invalid_field:  // the configuration's check lets none through
        break;
    }
  }
  auto text = std::move(out).str();
  if (colored_) {
    text.insert(0, color_of(e.level));
    text.insert(text.size() - (text.ends_with('\n') ? 1 : 0), reset_color);
  }
  return text;
}

}  // namespace ledactor
