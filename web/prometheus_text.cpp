#include "web/prometheus_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace ledactor::web {

namespace {

namespace telemetry = caf::telemetry;

/// CAF keeps the process's CPU time, which only grows, as a gauge; other gauges are no totals,
/// whatever CAF calls them.
bool is_counter(const telemetry::metric_family& family) {
  return family.type() == telemetry::metric_type::int_counter
         || family.type() == telemetry::metric_type::dbl_counter
         || (family.prefix() == "process" && family.is_sum());
}

std::string name_of(const telemetry::metric_family& family) {
  auto name = family.prefix() + '_' + family.name();
  if (family.unit() != "1") {
    name += '_' + family.unit();
  }
  if (is_counter(family)) {
    name += "_total";
  }
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '.' || c == '-'; }, '_');
  return name;
}

/// @param with_quotes whether a quotation mark would end the text.
std::string escape(std::string_view text, bool with_quotes) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\n') {
      escaped += "\\n";
    } else {
      if (c == '\\' || (c == '"' && with_quotes)) {
        escaped += '\\';
      }
      escaped += c;
    }
  }
  return escaped;
}

std::string number(std::int64_t value) {
  return std::to_string(value);
}

/// The shortest text that is this very value.
std::string number(double value) {
  return std::isinf(value) ? (value > 0 ? "+Inf" : "-Inf") : fmt::format("{}", value);
}

/// @param bound a bucket's; empty: there is none.
std::string labels_of(const telemetry::metric& metric, const std::string& bound = {}) {
  std::string labels;
  for (const auto& l : metric.labels()) {
    const auto value = l.value();
    labels += fmt::format("{}{}=\"{}\"", labels.empty() ? "" : ",",
                          std::string_view{l.name().data(), l.name().size()},
                          escape({value.data(), value.size()}, true));
  }
  if (!bound.empty()) {
    labels += fmt::format("{}le=\"{}\"", labels.empty() ? "" : ",", bound);
  }
  return labels.empty() ? labels : '{' + labels + '}';
}

}  // namespace

void prometheus_text::operator()(family f, metric m, const telemetry::int_counter* counter) {
  begin(f, "counter");
  sample("", labels_of(*m), counter->value());
}

void prometheus_text::operator()(family f, metric m, const telemetry::dbl_counter* counter) {
  begin(f, "counter");
  sample("", labels_of(*m), counter->value());
}

void prometheus_text::operator()(family f, metric m, const telemetry::int_gauge* gauge) {
  begin(f, is_counter(*f) ? "counter" : "gauge");
  sample("", labels_of(*m), gauge->value());
}

void prometheus_text::operator()(family f, metric m, const telemetry::dbl_gauge* gauge) {
  begin(f, is_counter(*f) ? "counter" : "gauge");
  sample("", labels_of(*m), gauge->value());
}

void prometheus_text::operator()(family f, metric m, const telemetry::int_histogram* histogram) {
  write(f, m, *histogram);
}

void prometheus_text::operator()(family f, metric m, const telemetry::dbl_histogram* histogram) {
  write(f, m, *histogram);
}

// Of a histogram that is written to meanwhile, the count is that of the buckets as they were read.
template <class Histogram>
void prometheus_text::write(family f, metric m, const Histogram& histogram) {
  begin(f, "histogram");
  std::int64_t count = 0;
  const auto buckets = histogram.buckets();
  for (const auto& bucket : buckets) {
    count += bucket.count.value();
    const bool is_last = &bucket == &buckets.back();
    sample("_bucket", labels_of(*m, is_last ? "+Inf" : number(bucket.upper_bound)), count);
  }
  sample("_sum", labels_of(*m), histogram.sum());
  sample("_count", labels_of(*m), count);
}

void prometheus_text::begin(family f, std::string_view type) {
  if (std::exchange(family_, f) == f) {
    return;
  }
  name_ = name_of(*f);
  fmt::format_to(std::back_inserter(text_), "# HELP {0} {1}\n# TYPE {0} {2}\n", name_,
                 escape(f->helptext(), false), type);
}

template <class Value>
void prometheus_text::sample(std::string_view suffix, const std::string& labels, Value value) {
  fmt::format_to(std::back_inserter(text_), "{}{}{} {}\n", name_, suffix, labels, number(value));
}

}  // namespace ledactor::web
