#define CAF_SUITE prometheus_text

#include "web/prometheus_text.hpp"

#include <caf/telemetry/dbl_gauge.hpp>
#include <caf/telemetry/int_gauge.hpp>
#include <caf/telemetry/metric_registry.hpp>
#include <caf/test/bdd_dsl.hpp>

#include <array>
#include <string>

using namespace ledactor;

namespace {

struct fixture {
  std::string text() {
    web::prometheus_text out;
    registry.collect(out);
    return out.take();
  }

  caf::telemetry::metric_registry registry;
};

}  // namespace

BEGIN_FIXTURE_SCOPE(fixture)

SCENARIO("a counter is a total, in its unit, without a time") {
  registry.counter_singleton("ledactor", "edges-lost", "Lost.", "1", true)->inc(3);
  registry.counter_singleton<double>("ledactor.web", "work", "Work.", "seconds")->inc(0.1);
  CHECK_EQ(text(),
           "# HELP ledactor_edges_lost_total Lost.\n"
           "# TYPE ledactor_edges_lost_total counter\n"
           "ledactor_edges_lost_total 3\n"
           "# HELP ledactor_web_work_seconds_total Work.\n"
           "# TYPE ledactor_web_work_seconds_total counter\n"
           "ledactor_web_work_seconds_total 0.1\n");
}

SCENARIO("a gauge is no total, though CAF may call it one") {
  registry.gauge_singleton("caf.system", "queued-messages", "Queued.", "1", true)->value(2);
  CHECK_EQ(text(),
           "# HELP caf_system_queued_messages Queued.\n"
           "# TYPE caf_system_queued_messages gauge\n"
           "caf_system_queued_messages 2\n");
}

SCENARIO("the process's CPU time, a gauge of CAF's, is a counter") {
  registry.gauge_singleton<double>("process", "cpu", "CPU.", "seconds", true)->value(1.25);
  CHECK_EQ(text(),
           "# HELP process_cpu_seconds_total CPU.\n"
           "# TYPE process_cpu_seconds_total counter\n"
           "process_cpu_seconds_total 1.25\n");
}

SCENARIO("a family has one heading, and each of its metrics its labels") {
  auto* frames =
      registry.counter_family("ledactor", "frames", {"direction", "wire"}, "Frames.", "1", true);
  frames->get_or_add({{"wire", "native"}, {"direction", "sent"}})->inc();
  frames->get_or_add({{"wire", "native"}, {"direction", "received"}})->inc(2);
  CHECK_EQ(text(),
           "# HELP ledactor_frames_total Frames.\n"
           "# TYPE ledactor_frames_total counter\n"
           "ledactor_frames_total{direction=\"sent\",wire=\"native\"} 1\n"
           "ledactor_frames_total{direction=\"received\",wire=\"native\"} 2\n");
}

SCENARIO("a histogram adds up, and neither its bounds nor its sum are rounded") {
  const std::array bounds{50e-6, 1e-3, 1.0};
  auto* times = registry
                    .histogram_family<double>("ledactor", "press-to-led", {"peer"}, bounds,
                                              "Times.", "seconds")
                    ->get_or_add({{"peer", "b"}});
  for (const auto span : {0.00000025, 50e-6, 0.0002, 7.5}) {
    times->observe(span);
  }
  CHECK_EQ(text(),
           "# HELP ledactor_press_to_led_seconds Times.\n"
           "# TYPE ledactor_press_to_led_seconds histogram\n"
           "ledactor_press_to_led_seconds_bucket{peer=\"b\",le=\"5e-05\"} 2\n"
           "ledactor_press_to_led_seconds_bucket{peer=\"b\",le=\"0.001\"} 3\n"
           "ledactor_press_to_led_seconds_bucket{peer=\"b\",le=\"1\"} 3\n"
           "ledactor_press_to_led_seconds_bucket{peer=\"b\",le=\"+Inf\"} 4\n"
           "ledactor_press_to_led_seconds_sum{peer=\"b\"} 7.50025025\n"
           "ledactor_press_to_led_seconds_count{peer=\"b\"} 4\n");
}

SCENARIO("a histogram of whole numbers ends at infinity, too") {
  const std::array<std::int64_t, 1> bounds{100};
  registry.histogram_singleton<std::int64_t>("ledactor", "size", bounds, "Sizes.", "bytes")
      ->observe(200);
  CHECK_EQ(text(),
           "# HELP ledactor_size_bytes Sizes.\n"
           "# TYPE ledactor_size_bytes histogram\n"
           "ledactor_size_bytes_bucket{le=\"100\"} 0\n"
           "ledactor_size_bytes_bucket{le=\"+Inf\"} 1\n"
           "ledactor_size_bytes_sum 200\n"
           "ledactor_size_bytes_count 1\n");
}

SCENARIO("what a label or a help text holds cannot end its line") {
  registry.gauge_family("ledactor", "build-info", {"version"}, "A \"b\"\n\\c.")
      ->get_or_add({{"version", "1\"\n\\2"}})
      ->value(1);
  CHECK_EQ(text(),
           "# HELP ledactor_build_info A \"b\"\\n\\\\c.\n"
           "# TYPE ledactor_build_info gauge\n"
           "ledactor_build_info{version=\"1\\\"\\n\\\\2\"} 1\n");
}

END_FIXTURE_SCOPE()
