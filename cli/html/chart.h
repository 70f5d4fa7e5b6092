#pragma once

#include <string>
#include <vector>

namespace m2v::cli::html {

struct Point {
  double x = 0, y = 0;
};

/// A line of a chart.
struct Series {
  std::string name = {};  ///< For the legend, with a note behind it, such as a figure.
  std::string note = {};
  std::vector<Point> points = {};
  std::size_t color = 0;  ///< Of ten.
  bool dashed = false;
  bool dots = false;  ///< At every point, which then tells its values.
};

struct Axis {
  std::string label = {};
  double from = 0, to = 1;
  int decimals = 2;  ///< Of the figures at it, at most.
};

/// A chart as SVG, and its legend if there is more than one line.
struct Chart {
  Axis x, y;
  std::vector<Series> series = {};
  std::string behind = {};     ///< SVG that is drawn first, made with at().
  std::string described = {};  ///< What it shows, for who cannot see it.

  /// Where a place of the axes is in the SVG.
  Point at(Point place) const;
  std::string svg() const;
};

/// Ends of an axis that shows all of these values, at round numbers.
Axis axis_for(std::string label, double least, double most);

}  // namespace m2v::cli::html
