#include "study/comparison_plot.hpp"

#include "base/text.hpp"
#include "study/plot_axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

// All in the units of the picture.
constexpr double picture_width = 860.0, panel_height = 230.0, left = 84.0, right = 18.0, above = 30.0,
                 below = 44.0, title_height = 52.0;
constexpr double plot_width = picture_width - left - right, plot_height = panel_height - above - below;
constexpr double column_width = 2.0;  // within which points cannot be told apart
constexpr double columns = plot_width / column_width;
constexpr double thinnest_band = 2.4;  // wide, so that the band of a single point is seen

struct TimeUnit {
  const char* name;
  double seconds;
};

TimeUnit time_unit_for(double span) {
  if (span > 4.0 * 86400.0) return {"d", 86400.0};
  if (span > 4.0 * 3600.0) return {"h", 3600.0};
  if (span > 240.0) return {"min", 60.0};
  return {"s", 1.0};
}

class Panel {
 public:
  Panel(const TagComparison& tag, const Extent& time, const TimeUnit& unit, std::string time_label,
        double top)
      : tag_(tag), time_(time), unit_(unit), time_label_(std::move(time_label)), top_(top) {
    Extent values;
    for (const ComparedPoint& point : tag.points) {
      values.take(point.measured - point.allowed);
      values.take(point.measured + point.allowed);
      values.take(point.model);
    }
    for (std::size_t k = 0; k < tag.model.time.size(); ++k)
      if (tag.model.time[k] >= time.low && tag.model.time[k] <= time.high) values.take(tag.model.value[k]);
    values_ = values.widened(0.06);
  }

  std::string draw() const { return frame() + bands() + model_line() + points() + labels(); }

 private:
  double x(double t) const { return left + plot_width * (t - time_.low) / time_.span(); }
  double y(double value) const {
    return top_ + above + plot_height * (values_.high - value) / values_.span();
  }

  std::string frame() const {
    std::string text;
    const double bottom = top_ + above + plot_height;
    const std::vector<double> times = axis_ticks(time_.low / unit_.seconds, time_.high / unit_.seconds, 9);
    for (const double tick : times) {
      const double at = x(tick * unit_.seconds);
      text += fmt::format(
          "<path class=\"grid\" d=\"M{:.1f} {:.1f}V{:.1f}\"/><text x=\"{:.1f}\" y=\"{:.1f}\" "
          "text-anchor=\"middle\">{}</text>\n",
          at, top_ + above, bottom, at, bottom + 15.0,
          tick_text(tick, times.size() > 1 ? times[1] - times[0] : 1.0));
    }
    const std::vector<double> marks = axis_ticks(values_.low, values_.high, 5);
    for (const double mark : marks) {
      const double at = y(mark);
      text += fmt::format(
          "<path class=\"grid\" d=\"M{:.1f} {:.1f}H{:.1f}\"/><text x=\"{:.1f}\" y=\"{:.1f}\" "
          "text-anchor=\"end\">{}</text>\n",
          left, at, left + plot_width, left - 6.0, at + 4.0,
          tick_text(mark, marks.size() > 1 ? marks[1] - marks[0] : 1.0));
    }
    return text +
           fmt::format(
               "<rect class=\"frame\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n", left,
               top_ + above, plot_width, plot_height);
  }

  double column_of(double t) const { return std::floor(x(t) / column_width); }

  // The points to draw: all, or of every column of the picture the lowest, the highest and the worst.
  std::vector<std::size_t> drawn() const {
    std::vector<std::size_t> chosen;
    const std::vector<ComparedPoint>& all = tag_.points;
    if (static_cast<double>(all.size()) <= columns) {
      for (std::size_t k = 0; k < all.size(); ++k) chosen.push_back(k);
      return chosen;
    }
    for (std::size_t k = 0; k < all.size();) {
      const double column = column_of(all[k].time);
      std::size_t low = k, high = k, worst = k;
      for (; k < all.size() && column_of(all[k].time) == column; ++k) {
        if (all[k].measured < all[low].measured) low = k;
        if (all[k].measured > all[high].measured) high = k;
        if (all[k].miss() > all[worst].miss()) worst = k;
      }
      std::vector<std::size_t> three{low, high, worst};
      std::sort(three.begin(), three.end());
      three.erase(std::unique(three.begin(), three.end()), three.end());
      chosen.insert(chosen.end(), three.begin(), three.end());
    }
    return chosen;
  }

  // What is within the tolerances of a point, as one shape: where bands overlap they are no darker.
  std::string bands() const {
    std::string path;
    for (const std::size_t k : drawn()) {
      const ComparedPoint& point = tag_.points[k];
      const double half = std::max(plot_width * tag_.time_tolerance / time_.span(), 0.5 * thinnest_band);
      const double from = std::max(x(point.time) - half, left),
                   to = std::min(x(point.time) + half, left + plot_width);
      const double top = y(point.measured + point.allowed), bottom = y(point.measured - point.allowed);
      path +=
          fmt::format("M{:.1f} {:.1f}h{:.1f}v{:.1f}h{:.1f}z", from, top, to - from, bottom - top, from - to);
    }
    return fmt::format("<path class=\"band\" d=\"{}\"/>\n", path);
  }

  std::string model_line() const {
    const ResultSeries& model = tag_.model;
    if (!model.has_time())
      return fmt::format("<path class=\"model\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n", left,
                         y(model.value.front()), left + plot_width);
    std::string path;
    bool drawing = false;
    const auto move_to = [&](std::size_t k) {
      path += fmt::format("{}{:.1f} {:.1f}", drawing ? "L" : "M", x(model.time[k]), y(model.value[k]));
      drawing = true;
    };
    for (std::size_t k = 0; k < model.time.size();) {
      if (model.time[k] < time_.low || model.time[k] > time_.high || std::isnan(model.value[k])) {
        drawing = drawing && !std::isnan(model.value[k]);
        ++k;
        continue;
      }
      // First, lowest, highest and last row of a column of the picture draw what all of its rows would.
      const double column = column_of(model.time[k]);
      const std::size_t first = k;
      std::size_t low = k, high = k;
      for (; k < model.time.size() && column_of(model.time[k]) == column && !std::isnan(model.value[k]);
           ++k) {
        if (model.value[k] < model.value[low]) low = k;
        if (model.value[k] > model.value[high]) high = k;
      }
      std::vector<std::size_t> four{first, low, high, k - 1};
      std::sort(four.begin(), four.end());
      four.erase(std::unique(four.begin(), four.end()), four.end());
      for (const std::size_t row : four) move_to(row);
    }
    return fmt::format("<path class=\"model\" d=\"{}\"/>\n", path);
  }

  std::string points() const {
    std::string inside, outside;
    for (const std::size_t k : drawn()) {
      const ComparedPoint& point = tag_.points[k];
      // A line of no length with round ends is a dot, and shorter than a circle.
      (point.inside() ? inside : outside) +=
          fmt::format("M{:.1f} {:.1f}h0", x(point.time), y(point.measured));
    }
    return fmt::format("<path class=\"points\" d=\"{}\"/>\n", inside) +
           (outside.empty() ? "" : fmt::format("<path class=\"points out\" d=\"{}\"/>\n", outside));
  }

  std::string labels() const {
    const double middle = top_ + above + 0.5 * plot_height;
    const std::string unit = tag_.unit == "1" ? "-" : tag_.unit;
    return fmt::format("<text class=\"name\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", left, top_ + above - 9.0,
                       xml_escaped(tag_.tag)) +
           fmt::format(
               "<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}: {:.4g} % of {} points "
               "inside</text>\n",
               tag_.passed() ? "passed" : "failed", left + plot_width, top_ + above - 9.0,
               tag_.passed() ? "passed" : "FAILED", 100.0 * tag_.share(), tag_.points.size()) +
           fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
                       left + 0.5 * plot_width, top_ + panel_height - 10.0, xml_escaped(time_label_)) +
           fmt::format(
               "<text text-anchor=\"middle\" transform=\"translate(18 {:.1f}) rotate(-90)\">[{}]</text>\n",
               middle, xml_escaped(unit));
  }

  const TagComparison& tag_;
  Extent time_;
  TimeUnit unit_;
  std::string time_label_;
  double top_;
  Extent values_;
};

constexpr std::string_view style =
    "text{font:12px "
    "sans-serif;fill:#333}.title{font-size:14px}.name{font-weight:bold}.passed{fill:#2a7a2a}.failed{fill:#"
    "c0271d;font-weight:bold}"
    ".frame{fill:none;stroke:#666}.grid{stroke:#ddd;fill:none}.band{fill:#9dc3e6;fill-opacity:.45}.model{"
    "stroke:#1f4e79;stroke-width:1.4;fill:none}"
    ".points{stroke:#444;stroke-width:3.4;stroke-linecap:round;fill:none}.out{stroke:#c0271d}";

std::string legend(double at) {
  return fmt::format(
      "<path class=\"points\" d=\"M{0:.1f} 40h0\"/><text x=\"{1:.1f}\" y=\"44\">measured</text><path "
      "class=\"points out\" d=\"M{2:.1f} 40h0\"/>"
      "<text x=\"{3:.1f}\" y=\"44\">outside</text><path class=\"model\" d=\"M{4:.1f} 40h18\"/><text "
      "x=\"{5:.1f}\" y=\"44\">model</text>"
      "<rect class=\"band\" x=\"{6:.1f}\" y=\"34\" width=\"18\" height=\"11\"/><text x=\"{7:.1f}\" "
      "y=\"44\">band</text>\n",
      at, at + 8, at + 80, at + 88, at + 142, at + 165, at + 208, at + 231);
}

}  // namespace

std::string comparison_svg(const ComparisonReport& report) {
  // One axis for all, so that panels can be read above one another.
  Extent time;
  for (const TagComparison& tag : report.tags) {
    time.take(tag.points.front().time - tag.time_tolerance);
    time.take(tag.points.back().time + tag.time_tolerance);
  }
  time = time.widened(0.01);
  const TimeUnit unit = time_unit_for(time.span());
  const std::string label =
      report.start ? fmt::format("time since {} [{}]", format_time_stamp(*report.start), unit.name)
                   : fmt::format("time [{}]", unit.name);
  const double height = title_height + panel_height * static_cast<double>(report.tags.size());
  std::string text = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\">\n<style>{2}</style>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
      picture_width, height, style);
  text += fmt::format("<text class=\"title\" x=\"{:.0f}\" y=\"22\">{}</text>\n", left,
                      xml_escaped(report.title.empty() ? report.data : report.title)) +
          legend(left + 2.0);
  for (std::size_t k = 0; k < report.tags.size(); ++k)
    text +=
        Panel(report.tags[k], time, unit, label, title_height + panel_height * static_cast<double>(k)).draw();
  return text + "</svg>\n";
}

}  // namespace brineflow
