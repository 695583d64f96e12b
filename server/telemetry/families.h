// How metrics come into a registry, in one line each.
#ifndef TRAIND_SERVER_TELEMETRY_FAMILIES_H_
#define TRAIND_SERVER_TELEMETRY_FAMILIES_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace traind {

inline prometheus::Family<prometheus::Counter>& Counters(prometheus::Registry& registry, const char* name,
                                                         const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

inline prometheus::Family<prometheus::Gauge>& Gauges(prometheus::Registry& registry, const char* name,
                                                     const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

inline prometheus::Family<prometheus::Histogram>& Histograms(prometheus::Registry& registry, const char* name,
                                                             const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

// Brings a counter up to what was counted elsewhere; never down. By one thread at a time.
inline void RaiseTo(prometheus::Counter& counter, double value) {
  if (value > counter.Value()) counter.Increment(value - counter.Value());
}

}  // namespace traind

#endif  // TRAIND_SERVER_TELEMETRY_FAMILIES_H_
