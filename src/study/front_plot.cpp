#include "study/front_plot.hpp"

#include "base/text.hpp"
#include "study/plot_axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace brineflow {
namespace {

// All in the units of the picture.
constexpr double panel_width = 400.0, panel_height = 320.0, left = 84.0, right = 18.0, above = 12.0, below = 52.0, title_height = 52.0;
constexpr double plot_width = panel_width - left - right, plot_height = panel_height - above - below;
constexpr std::size_t panels_in_a_row = 3;

constexpr std::string_view style =
    "text{font:12px sans-serif;fill:#333}.title{font-size:14px}.frame{fill:none;stroke:#666}.grid{stroke:#ddd;fill:none}"
    ".front,.other,.nearest{stroke:#1f4e79;stroke-width:5;stroke-linecap:round;fill:none}.other{stroke:#a8a8a8;stroke-width:3.5}.nearest{stroke:#c0271d;stroke-width:8}";

class Panel {
 public:
  Panel(const OptimizeStudy& study, const FrontResult& result, std::size_t across, std::size_t up, double x, double y)
      : study_(study), result_(result), across_(across), up_(up), left_(x + left), top_(y + above), x_(extent(across)), y_(extent(up)) {}

  std::string draw() const {
    std::string others, front;
    std::set<std::pair<long, long>> taken;  // a picture does not grow with points that cover each other
    for (const Trial& trial : result_.trials) {
      const double x = trial.goals[across_], y = trial.goals[up_];
      if (!trial.feasible || x < x_.low || x > x_.high || y < y_.low || y > y_.high) continue;
      if (taken.insert({std::lround(x_at(x)), std::lround(y_at(y))}).second) others += dot(trial);
    }
    for (const std::size_t trial : result_.front) front += dot(result_.trials[trial]);
    return frame() + fmt::format("<path class=\"other\" d=\"{}\"/>\n<path class=\"front\" d=\"{}\"/>\n", others, front) +
           fmt::format("<path class=\"nearest\" d=\"{}\"/>\n", dot(result_.trials[result_.front[result_.nearest]])) + labels();
  }

 private:
  Extent extent(std::size_t goal) const {
    Extent extent;
    extent.take(result_.extents[goal].first);
    extent.take(result_.extents[goal].second);
    return extent.widened(0.06);
  }
  double x_at(double value) const { return left_ + plot_width * (value - x_.low) / x_.span(); }
  double y_at(double value) const { return top_ + plot_height * (y_.high - value) / y_.span(); }
  // A line of no length with round ends is a dot, and shorter than a circle.
  std::string dot(const Trial& trial) const { return fmt::format("M{:.1f} {:.1f}h0", x_at(trial.goals[across_]), y_at(trial.goals[up_])); }

  std::string frame() const {
    std::string text;
    const double bottom = top_ + plot_height;
    const std::vector<double> along = axis_ticks(x_.low, x_.high, 5), upwards = axis_ticks(y_.low, y_.high, 5);
    for (const double tick : along)
      text += fmt::format("<path class=\"grid\" d=\"M{0:.1f} {1:.1f}V{2:.1f}\"/><text x=\"{0:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\">{4}</text>\n", x_at(tick), top_, bottom, bottom + 15.0,
                          tick_text(tick, along.size() > 1 ? along[1] - along[0] : 1.0));
    for (const double tick : upwards)
      text += fmt::format("<path class=\"grid\" d=\"M{0:.1f} {1:.1f}H{2:.1f}\"/><text x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"end\">{5}</text>\n", left_, y_at(tick), left_ + plot_width,
                          left_ - 6.0, y_at(tick) + 4.0, tick_text(tick, upwards.size() > 1 ? upwards[1] - upwards[0] : 1.0));
    return text + fmt::format("<rect class=\"frame\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n", left_, top_, plot_width, plot_height);
  }

  std::string name(std::size_t goal) const {
    const Goal& one = study_.goals[goal];
    std::string unit;
    for (const Kpi& kpi : result_.indicators.front())
      if (kpi.name == one.indicator && kpi.unit != "1") unit = fmt::format(" [{}]", kpi.unit);
    return xml_escaped(fmt::format("{}{}, {}", one.indicator, unit, one.maximize ? "to be large" : "to be small"));
  }

  std::string labels() const {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>", left_ + 0.5 * plot_width, top_ + plot_height + 34.0, name(across_)) +
           fmt::format("<text text-anchor=\"middle\" transform=\"translate({:.1f} {:.1f}) rotate(-90)\">{}</text>\n", left_ - 66.0, top_ + 0.5 * plot_height, name(up_));
  }

  const OptimizeStudy& study_;
  const FrontResult& result_;
  std::size_t across_, up_;
  double left_, top_;
  Extent x_, y_;
};

std::string legend() {
  return fmt::format(
      "<path class=\"front\" d=\"M{0:.0f} 40h0\"/><text x=\"{1:.0f}\" y=\"44\">front</text><path class=\"nearest\" d=\"M{2:.0f} 40h0\"/><text x=\"{3:.0f}\" y=\"44\">nearest to the best of "
      "all</text><path class=\"other\" d=\"M{4:.0f} 40h0\"/><text x=\"{5:.0f}\" y=\"44\">other runs within the limits</text>\n",
      left + 2, left + 10, left + 56, left + 66, left + 240, left + 248);
}

}  // namespace

std::string front_svg(const OptimizeStudy& study, const FrontResult& result) {
  const std::size_t goals = study.goals.size(), pairs = goals * (goals - 1) / 2, rows = (pairs + panels_in_a_row - 1) / panels_in_a_row;
  const double width = std::max(panel_width * static_cast<double>(std::min(pairs, panels_in_a_row)), 520.0), height = title_height + panel_height * static_cast<double>(rows);
  std::string text = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\">\n<style>{2}</style>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<text class=\"title\" x=\"{3:.0f}\" y=\"22\">{4}</text>\n",
      width, height, style, left, xml_escaped(study.title));
  text += legend();
  std::size_t panel = 0;
  for (std::size_t across = 0; across < goals; ++across)
    for (std::size_t up = across + 1; up < goals; ++up, ++panel)
      text += Panel(study, result, across, up, panel_width * static_cast<double>(panel % panels_in_a_row), title_height + panel_height * static_cast<double>(panel / panels_in_a_row)).draw();
  return text + "</svg>\n";
}

}  // namespace brineflow
