#include "main/doctor/report_text.hpp"

#include "main/options.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ledactor::doctor {

namespace {

constexpr std::size_t columns = 80;

/// Puts words into lines: the first begins with `lead`, the others with as many blanks.
std::string wrap(const std::string& lead, const std::string& words) {
  std::string text;
  std::string line = lead;
  for (std::size_t start = 0; start < words.size();) {
    const auto end = std::min(words.find(' ', start), words.size());
    const auto word = words.substr(start, end - start);
    const bool is_first = line.size() == lead.size();
    if (!is_first && line.size() + 1 + word.size() > columns) {
      text += line + '\n';
      line = std::string(lead.size(), ' ') + word;
    } else {
      line += (is_first ? "" : " ") + word;
    }
    start = end + 1;
  }
  return text + line + '\n';
}

const char* word_for(mark verdict) {
  switch (verdict) {
    case mark::ok:
      return "ok";
    case mark::note:
      return "note";
    case mark::warning:
      return "warn";
    case mark::fault:
      break;
  }
  return "FAULT";
}

std::string lead_of(mark verdict) {
  return fmt::format("  {:<5}  ", word_for(verdict));
}

std::string finding_text(const finding& f) {
  auto text = wrap(lead_of(f.verdict), f.text);
  if (f.verdict == mark::warning) {
    text += wrap(std::string(lead_of(f.verdict).size(), ' ') + "cure: ", f.cure);
  }
  return text;
}

/// The lines as a table; what is not on the chip is among the findings.
std::string table_of(const gpio_report& gpio) {
  std::string text;
  for (const auto& line : gpio.lines) {
    if (line.found) {
      text += fmt::format(
          "{}{:<10} {:<20} {:<7} {}\n", lead_of(line.found->used ? mark::fault : mark::ok),
          role_of(line), printable(hw::describe(*line.found)),
          line.found->is_output ? "output" : "input",
          line.found->used ? "in use by " + printable(hw::describe_user(*line.found)) : "free");
    }
  }
  return text;
}

std::string section_text(const report& r, const section& s) {
  std::string text = '\n' + s.title + '\n';
  if (s.title == lines_title) {
    text += table_of(r.gpio);
  }
  if (s.title == wiring_title) {
    text += '\n' + r.drawing;
    text += s.found.empty() ? "" : "\n";
  }
  for (const auto& f : s.found) {
    text += finding_text(f);
  }
  return text;
}

std::string verdict_text(const report& r) {
  const auto faults = select(r, mark::fault);
  if (faults.empty()) {
    return "ledactor would run here.\n";
  }
  auto text = fmt::format("{} fault{}:\n", faults.size(), faults.size() == 1 ? "" : "s");
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const auto lead = fmt::format("{:>3}. ", i + 1);
    text += wrap(lead, faults[i].text);
    text += wrap(std::string(lead.size(), ' ') + "cure: ", faults[i].cure);
  }
  return text;
}

}  // namespace

std::string to_text(const report& r) {
  auto text = fmt::format("Would a {} run here, as \"{}\"{}?\n", r.role, r.name,
                          r.simulated ? ", on a simulated board" : "");
  for (const auto& s : r.sections) {
    text += section_text(r, s);
  }
  return text + '\n' + verdict_text(r);
}

}  // namespace ledactor::doctor
