#include "examples/line_chart.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace {

constexpr int kWidth = 760;
constexpr int kHeight = 450;
constexpr int kLeft = 72;
constexpr int kRight = kWidth - 24;
constexpr int kTop = 122;
constexpr int kBottom = kHeight - 60;

// An SVG in an <img> follows the reader's color scheme by itself. What does not depend on it comes last, and wins.
constexpr char kStyle[] = R"(<style>
  .page { fill: #ffffff } .text { fill: #1f2328 } .quiet { fill: #59636e } .grid { stroke: #d1d9e0 }
  .blue { stroke: #0969da; fill: #0969da } .orange { stroke: #bc4c00; fill: #bc4c00 }
  .blue.hollow, .orange.hollow { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .text { fill: #f0f6fc } .quiet { fill: #9198a1 } .grid { stroke: #3d444d }
    .blue { stroke: #4493f8; fill: #4493f8 } .orange { stroke: #f0883e; fill: #f0883e }
    .blue.hollow, .orange.hollow { fill: #0d1117 }
  }
  svg { font: 13px system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif }
  .title { font-size: 17px; font-weight: 600 } .middle { text-anchor: middle }
  .line { fill: none; stroke-width: 2.2 } .dashed { stroke-dasharray: 6 5 } .hollow { stroke-width: 2 }
  .band { stroke: none; fill-opacity: 0.16 }
</style>
)";

std::string Escaped(const std::string& text) {
  return absl::StrReplaceAll(text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}});
}

// Where a value lies along an axis drawn from `begin` to `end`.
double Place(const Axis& axis, double value, int begin, int end) {
  const auto scaled = [&](double v) { return axis.logarithmic ? std::log(v) : v; };
  const double inside = std::clamp(value, axis.ticks.front(), axis.ticks.back());
  const double share =
      (scaled(inside) - scaled(axis.ticks.front())) / (scaled(axis.ticks.back()) - scaled(axis.ticks.front()));
  return begin + share * (end - begin);
}

std::string Text(double x, double y, const std::string& classes, const std::string& text, const char* more = "") {
  return absl::StrFormat("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\"%s>%s</text>\n", x, y, classes, more, Escaped(text));
}

std::string Line(double x1, double y1, double x2, double y2, const std::string& classes) {
  return absl::StrFormat("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n", x1, y1, x2, y2,
                         classes);
}

std::string ColorOf(const Series& series) { return series.color == Series::Color::kBlue ? "blue" : "orange"; }

std::string Marker(double x, double y, const Series& series) {
  const std::string classes = ColorOf(series) + (series.dashed ? " hollow" : "");
  if (series.color == Series::Color::kBlue) {
    return absl::StrFormat("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" class=\"%s\"/>\n", x, y, classes);
  }
  return absl::StrFormat("<rect x=\"%.1f\" y=\"%.1f\" width=\"7.6\" height=\"7.6\" class=\"%s\"/>\n", x - 3.8, y - 3.8,
                         classes);
}

std::string Cross(double x, double y, const Series& series) {
  // Two series that both fail at an x have their crosses beside each other.
  x += series.color == Series::Color::kBlue ? -5 : 5;
  const std::string classes = ColorOf(series) + " line";
  return Line(x - 4, y - 4, x + 4, y + 4, classes) + Line(x - 4, y + 4, x + 4, y - 4, classes);
}

std::string DrawAxes(const Chart& chart) {
  std::string svg;
  for (const double tick : chart.x.ticks) {
    const double x = Place(chart.x, tick, kLeft, kRight);
    absl::StrAppend(&svg, Line(x, kTop, x, kBottom, "grid"),
                    Text(x, kBottom + 20, "quiet middle", absl::StrFormat("%g", tick)));
  }
  for (const double tick : chart.y.ticks) {
    const double y = Place(chart.y, tick, kBottom, kTop);
    absl::StrAppend(&svg, Line(kLeft, y, kRight, y, "grid"),
                    Text(kLeft - 16, y + 4, "quiet", absl::StrFormat("%g", tick), " text-anchor=\"end\""));
  }
  absl::StrAppend(&svg, Text((kLeft + kRight) / 2.0, kHeight - 16, "text middle", chart.x.title));
  const std::string turned = absl::StrFormat(" transform=\"rotate(-90 20 %d)\"", (kTop + kBottom) / 2);
  absl::StrAppend(&svg, Text(20, (kTop + kBottom) / 2.0, "text middle", chart.y.title, turned.c_str()));
  return svg;
}

std::string DrawSeries(const Chart& chart, const Series& series) {
  std::string band, line, markers, upper;
  // A stretch of neighbors that all have values; the lower edge of its band is walked on the way back.
  std::vector<std::string> lower;
  const auto end_stretch = [&] {
    if (!series.dashed && !lower.empty()) {
      absl::StrAppend(&band, "<polygon class=\"", ColorOf(series), " band\" points=\"", upper);
      for (auto point = lower.rbegin(); point != lower.rend(); ++point) absl::StrAppend(&band, *point, " ");
      absl::StrAppend(&band, "\"/>\n");
    }
    if (!lower.empty()) absl::StrAppend(&line, "\"/>\n");
    upper.clear();
    lower.clear();
  };
  for (std::size_t i = 0; i < chart.xs.size(); ++i) {
    const double x = Place(chart.x, chart.xs[i], kLeft, kRight);
    if (!series.at[i]) {
      end_stretch();
      absl::StrAppend(&markers, Cross(x, kTop, series));
      continue;
    }
    const auto place = [&](double value) { return Place(chart.y, value, kBottom, kTop); };
    if (lower.empty()) {
      absl::StrAppend(&line, "<polyline class=\"", ColorOf(series), " line", series.dashed ? " dashed" : "",
                      "\" points=\"");
    }
    absl::StrAppendFormat(&line, "%.1f,%.1f ", x, place(series.at[i]->mean));
    absl::StrAppendFormat(&upper, "%.1f,%.1f ", x, place(series.at[i]->most));
    lower.push_back(absl::StrFormat("%.1f,%.1f", x, place(series.at[i]->least)));
    absl::StrAppend(&markers, Marker(x, place(series.at[i]->mean), series));
  }
  end_stretch();
  return absl::StrCat(band, line, markers);
}

// Two to a line.
std::string DrawLegend(const Chart& chart) {
  std::string svg;
  const int top = chart.series.size() > 2 ? 78 : 92;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const Series& series = chart.series[i];
    const double x = kLeft + (i % 2 == 0 ? 0 : 310);
    const double y = top + (i < 2 ? 0 : 22);
    absl::StrAppend(&svg, Line(x, y, x + 34, y, ColorOf(series) + " line" + (series.dashed ? " dashed" : "")),
                    Marker(x + 17, y, series), Text(x + 44, y + 4, "text", series.name));
  }
  return svg;
}

}  // namespace

std::string DrawSvg(const Chart& chart) {
  std::string svg = absl::StrFormat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n"
      "<title>%s</title>\n",
      kWidth, kHeight, kWidth, kHeight, Escaped(chart.title));
  absl::StrAppend(&svg, kStyle, "<rect width=\"100%\" height=\"100%\" rx=\"8\" class=\"page\"/>\n",
                  Text(kLeft, 30, "text title", chart.title), Text(kLeft, 52, "quiet", chart.note), DrawAxes(chart));
  for (const Series& series : chart.series) absl::StrAppend(&svg, DrawSeries(chart, series));
  absl::StrAppend(&svg, DrawLegend(chart), "</svg>\n");
  return svg;
}
