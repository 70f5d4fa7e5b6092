#pragma once

#include <string>
#include <vector>

namespace m2v::cli::html {

/// A point in the coordinates of a chart's axes or of its SVG.
struct Point {
  double x = 0, y = 0;
};

/// A line of a chart.
struct Series {
  std::string name = {};           ///< Name in the legend.
  std::string note = {};           ///< Shown after the name in the legend, e.g. a number.
  std::vector<Point> points = {};  ///< In the coordinates of the axes, from left to right.
  std::size_t color = 0;           ///< Index of one of ten colours, modulo 10.
  bool dashed = false;
  bool dots = false;  ///< Draw a dot at every point, with its values as a tooltip.
};

struct Axis {
  std::string label = {};
  double from = 0, to = 1;
  int decimals = 2;  ///< Maximum number of decimals of the numbers along the axis.
};

/// A line chart.
struct Chart {
  Axis x, y;
  std::vector<Series> series = {};
  std::string behind = {};     ///< SVG that is drawn behind the lines, in the coordinates of at().
  std::string described = {};  ///< Description for screen readers (aria-label).

  /// Converts a point from the coordinates of the axes to those of the SVG.
  Point at(Point location) const;
  /// Returns the chart as SVG, followed by an HTML legend if there is more than one series.
  std::string svg() const;
};

/// Returns an axis that covers the values from `least` to `most` and ends at round numbers.
Axis axis_for(std::string label, double least, double most);

}  // namespace m2v::cli::html
