#include "cli/html/chart.h"

#include <algorithm>
#include <cmath>

#include "cli/html/markup.h"
#include "cli/terminal.h"

namespace m2v::cli::html {
namespace {

constexpr double kWidth = 440, kHeight = 280;
constexpr double kLeft = 42, kRight = 10, kTop = 8, kBottom = 40;
constexpr std::size_t kColors = 10;

std::string number(double value) { return short_number(value, 1); }

std::string figure(double value, int decimals) {
  return decimals > 0 ? short_number(value, decimals)
                      : with_separators(static_cast<std::size_t>(std::max(0.0, value)));
}

/// Returns the distance between grid lines: a round number of about a fifth of the axis.
double step_of(const Axis& axis) {
  const double rough = (axis.to - axis.from) / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (rough <= factor * power * 1.0001) return factor * power;
  }
  return 10 * power;
}

std::string line(const char* kind, Point from, Point to) {
  return std::string("<line class=\"") + kind + "\" x1=\"" + number(from.x) + "\" y1=\"" +
         number(from.y) + "\" x2=\"" + number(to.x) + "\" y2=\"" + number(to.y) + "\"/>\n";
}

std::string text(Point location, const char* anchor, const std::string& content) {
  return "<text x=\"" + number(location.x) + "\" y=\"" + number(location.y) + "\" text-anchor=\"" +
         anchor + "\">" + escaped(content) + "</text>\n";
}

std::string axes(const Chart& chart) {
  std::string out;
  const double bottom = kHeight - kBottom;
  const double y_step = step_of(chart.y), x_step = step_of(chart.x);
  for (double y = std::ceil(chart.y.from / y_step - 1e-9) * y_step; y <= chart.y.to + 1e-9;
       y += y_step) {
    const double location = chart.at({chart.x.from, y}).y;
    const bool is_base = std::abs(location - bottom) < 0.5;
    out +=
        line(is_base ? "base-line" : "grid-line", {kLeft, location}, {kWidth - kRight, location});
    out += text({kLeft - 8, location + 4}, "end", figure(y, chart.y.decimals));
  }
  for (double x = std::ceil(chart.x.from / x_step - 1e-9) * x_step; x <= chart.x.to + 1e-9;
       x += x_step) {
    if (chart.x.decimals == 0 && x != std::round(x)) continue;
    out += text({chart.at({x, 0}).x, bottom + 17}, "middle", figure(x, chart.x.decimals));
  }
  return out + text({(kLeft + kWidth - kRight) / 2, kHeight - 4}, "middle", chart.x.label);
}

std::string curve(const Chart& chart, const Series& series, std::size_t index) {
  const std::string color = "var(--s" + std::to_string(series.color % kColors) + ")";
  std::string points, dots;
  for (const Point& point : series.points) {
    const Point location = chart.at(point);
    points += (points.empty() ? "" : " ") + number(location.x) + "," + number(location.y);
    if (!series.dots) continue;
    dots += "<circle class=\"dot\" r=\"3.5\" cx=\"" + number(location.x) + "\" cy=\"" +
            number(location.y) + "\" fill=\"" + color + "\"><title>" +
            escaped(series.name + ": " + short_number(point.y, 4) + " (" + chart.x.label + " " +
                    short_number(point.x) + ")") +
            "</title></circle>\n";
  }
  return "<polyline class=\"curve\" data-s=\"" + std::to_string(index) + "\" stroke=\"" + color +
         (series.dashed ? "\" stroke-dasharray=\"5 4" : "") + "\" points=\"" + points + "\"/>\n" +
         dots;
}

std::string legend(const Chart& chart) {
  std::string out = "<ul class=\"legend\">\n";
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const Series& series = chart.series[i];
    out += "<li data-s=\"" + std::to_string(i) + "\"><i" +
           (series.dashed ? " class=\"dashed\"" : "") + " style=\"--c:var(--s" +
           std::to_string(series.color % kColors) + ")\"></i>" +
           escaped(shortened(series.name, 60));
    if (!series.note.empty()) out += " <em>" + escaped(series.note) + "</em>";
    out += "</li>\n";
  }
  return out + "</ul>\n";
}

}  // namespace

Point Chart::at(Point location) const {
  const double x_share = (location.x - x.from) / (x.to - x.from);
  const double y_share = (location.y - y.from) / (y.to - y.from);
  return {kLeft + x_share * (kWidth - kLeft - kRight),
          kHeight - kBottom - y_share * (kHeight - kTop - kBottom)};
}

std::string Chart::svg() const {
  std::string out = "<svg viewBox=\"0 0 " + number(kWidth) + " " + number(kHeight) +
                    "\" role=\"img\" aria-label=\"" + escaped(described) + "\">\n" + axes(*this) +
                    behind;
  for (std::size_t i = 0; i < series.size(); ++i) out += curve(*this, series[i], i);
  out += "</svg>\n";
  return series.size() > 1 ? out + legend(*this) : out;
}

Axis axis_for(std::string label, double least, double most) {
  Axis axis{.label = std::move(label), .from = least, .to = most > least ? most : least + 1};
  const double step = step_of(axis);
  axis.from = std::floor(least / step + 1e-9) * step;
  axis.to = std::max(std::ceil(most / step - 1e-9) * step, axis.from + step);
  return axis;
}

}  // namespace m2v::cli::html
