// Line charts as SVG text.
#ifndef TRAIND_EXAMPLES_LINE_CHART_H_
#define TRAIND_EXAMPLES_LINE_CHART_H_

#include <optional>
#include <string>
#include <vector>

// What was measured at one x, over several runs.
struct Measurement {
  double mean = 0;
  double least = 0;
  double most = 0;
};

struct Axis {
  std::string title = {};  // with its unit
  bool logarithmic = false;
  std::vector<double> ticks =
      {};  // at least two, ascending, above 0 if logarithmic; the first and the last are the ends
};

struct Series {
  enum class Color { kBlue, kOrange };

  std::string name;
  Color color = Color::kBlue;                       // and the marker: blue has circles, orange squares
  bool dashed = false;                              // without the band from least to most
  std::vector<std::optional<Measurement>> at = {};  // one for each of the chart's x; nothing: a cross at the top edge
};

struct Chart {
  std::string title;
  std::string note;  // below the title: what one needs to know to read it
  Axis x;
  Axis y;
  std::vector<double> xs;
  std::vector<Series> series;  // at most four
};

// A whole SVG document, 760 by 450, readable on a light and on a dark screen. Values beyond an axis are drawn at its
// end.
std::string DrawSvg(const Chart& chart);

#endif  // TRAIND_EXAMPLES_LINE_CHART_H_
