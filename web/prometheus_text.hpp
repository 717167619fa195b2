#pragma once

#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/gauge.hpp>
#include <caf/telemetry/histogram.hpp>
#include <caf/telemetry/metric.hpp>
#include <caf/telemetry/metric_family.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace ledactor::web {

/// Writes metrics in Prometheus' text format, version 0.0.4; to be handed to a registry's
/// `collect`.
///
/// CAF's own collector says when it looked, which keeps Prometheus from seeing that a board is
/// gone, rounds to millionths, and calls a gauge a total. This one says what is there, exactly, and
/// under names by Prometheus' rules: https://prometheus.io/docs/practices/naming/
class prometheus_text {
public:
  using family = const caf::telemetry::metric_family*;
  using metric = const caf::telemetry::metric*;

  void operator()(family f, metric m, const caf::telemetry::int_counter* counter);
  void operator()(family f, metric m, const caf::telemetry::dbl_counter* counter);
  void operator()(family f, metric m, const caf::telemetry::int_gauge* gauge);
  void operator()(family f, metric m, const caf::telemetry::dbl_gauge* gauge);
  void operator()(family f, metric m, const caf::telemetry::int_histogram* histogram);
  void operator()(family f, metric m, const caf::telemetry::dbl_histogram* histogram);

  /// What was written.
  std::string take() { return std::move(text_); }

private:
  void begin(family f, std::string_view type);
  template <class Value>
  void sample(std::string_view suffix, const std::string& labels, Value value);
  template <class Histogram>
  void write(family f, metric m, const Histogram& histogram);

  std::string text_;
  family family_ = nullptr;  ///< whose metrics are being written
  std::string name_;         ///< the family's
};

}  // namespace ledactor::web
