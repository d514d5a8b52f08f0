#include "study/comparison.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "input/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace brineflow {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view default_band = "5 % + 1 % of the largest";
constexpr double default_relative = 0.05, default_of_largest = 0.01;
constexpr double default_kelvin = 2.0;  // a share of an absolute temperature would let anything pass

bool is_temperature(const Dimension& dimension) { return dimension == parse_unit("K").dimension; }

bool is_path_like(const std::string& name) { return name.find('/') != std::string::npos; }

// Half-widths of a band in the unit of the data, and what people call it.
struct Band {
  double absolute = 0.0, relative = 0.0;
  std::string text;
};

class Comparer {
 public:
  Comparer(const ResultReader& result, const MeasuredTable& data, ComparisonMap& map,
           Diagnostics& diagnostics)
      : result_(result), data_(data), map_(map), diagnostics_(diagnostics) {}

  ComparisonReport run() {
    ComparisonReport report;
    report.title = map_.title;
    report.status = result_.attribute("/", "status");
    const std::vector<double> time = result_.read_vector("/time");
    if (time.empty()) throw InputError(fmt::format("{} holds no recorded row", result_.path().string()));
    report.run_from = time.front();
    report.run_to = time.back();
    run_to_ = time.back();
    find_start(report);
    for (const TagRule& rule : rules(report))
      if (auto compared = compare_tag(rule)) report.tags.push_back(std::move(*compared));
    return report;
  }

 private:
  void find_start(ComparisonReport& report) {
    const Moment& start = map_.start;
    if (data_.stamped) {
      if (start.elapsed)
        diagnostics_.error(start.place, "the data have time stamps: 'start' is one too",
                           "as in 2026-03-01T08:00:00");
      report.start_assumed = !start.given();
      report.start = start.stamp.value_or(TimeStamp{data_.first_time, data_.zoned});
      check_zone(start);
      origin_ = report.start->seconds;
    } else {
      if (start.stamp)
        diagnostics_.error(start.place, "the data have elapsed times: 'start' is one too", "as in 2 h");
      origin_ = start.elapsed.value_or(0.0);
    }
  }

  void check_zone(const Moment& moment) {
    if (moment.stamp && data_.stamped && moment.stamp->zoned != data_.zoned)
      diagnostics_.error(moment.place,
                         data_.zoned ? "the data have a time zone: state it here too"
                                     : "the data have no time zone: this stamp has one",
                         data_.zoned ? "as in 2026-03-01T08:00:00Z or +08:00" : "");
  }

  // Seconds since the start of the run.
  double moment(const Moment& moment, double otherwise) {
    if (moment.elapsed) return *moment.elapsed;
    if (!moment.stamp) return otherwise;
    if (checked_.insert({moment.place.line, moment.place.column})
            .second) {  // one that holds for all tags is asked for by each
      if (!data_.stamped)
        diagnostics_.error(moment.place, "the data have elapsed times, this is a time stamp",
                           "a time since the start of the run, as in 2 h");
      check_zone(moment);
    }
    return moment.stamp->seconds - origin_;
  }

  // Those of the mapping or, without one, a rule for every column that is named like a path.
  std::vector<TagRule> rules(ComparisonReport& report) {
    report.passed_over = data_.passed_over;
    if (!map_.file.empty()) return map_.tags;
    std::vector<TagRule> found;
    for (const MeasuredSeries& series : data_.series) {
      TagRule rule;
      rule.tag = rule.path = series.tag;
      rule.path_place = rule.unit_place = series.place;
      found.push_back(std::move(rule));
    }
    if (found.empty())
      diagnostics_.error(
          {.file = data_.file},
          "no column is named like a path of the result, such as streams/column.outlet/flow [m3/h]",
          "a mapping file says what the columns are: --map FILE.yaml");
    return found;
  }

  const Place& place_of(const TagRule& rule, const MeasuredSeries& series) const {
    return rule.place.line > 0 ? rule.place : series.place;
  }

  std::optional<TagComparison> compare_tag(const TagRule& rule) {
    const MeasuredSeries* series = data_.find(rule.tag);
    if (series == nullptr) {
      const std::vector<std::string> names = data_.tags();
      const auto near = closest(rule.tag, data_.passed_over.empty() ? names : data_.passed_over);
      diagnostics_.error(
          rule.place, fmt::format("{} has no column '{}'", data_.file, rule.tag),
          near ? fmt::format("did you mean '{}'?", *near)
               : fmt::format("its columns: {}",
                             join(data_.passed_over.empty() ? names : data_.passed_over, ", ")));
    }
    std::optional<ResultSeries> model = read_model(rule);
    if (series == nullptr || !model) return std::nullopt;
    TagComparison tag;
    tag.tag = rule.tag;
    tag.path = rule.over.empty() ? rule.path : rule.path + " / " + rule.over;
    const auto unit = unit_of(rule, *series, *model);
    if (!unit ||
        !convert_series(*model, *unit, rule.unit.empty() ? series->place : rule.unit_place, diagnostics_))
      return std::nullopt;
    tag.unit = unit->empty() ? "1" : *unit;
    const std::optional<Band> band = band_of(rule, *series, *model);
    if (!band) return std::nullopt;
    tag.band = band->text;
    tag.required_share = rule.share;
    tag.time_tolerance = rule.tolerance.time;
    tag.model = std::move(*model);
    if (rule.tolerance.time > 0.0 && tag.model.has_time())
      tag.band += fmt::format(", {}", span_text(rule.tolerance.time));
    collect(rule, *series, *band, tag);
    if (tag.points.empty()) {
      report_no_point(rule, *series, tag.left_out);
      return std::nullopt;
    }
    evaluate(tag);
    return tag;
  }

  std::optional<ResultSeries> read_model(const TagRule& rule) {
    auto model = read_result_series(result_, rule.path, rule.path_place, diagnostics_);
    if (rule.over.empty()) return model;
    const auto over = read_result_series(result_, rule.over, rule.over_place, diagnostics_);
    if (!model || !over) return std::nullopt;
    if (model->unit.dimension != over->unit.dimension || (over->has_time() && over->time != model->time)) {
      diagnostics_.error(rule.over_place, fmt::format("{} cannot be divided by {}", rule.path, rule.over),
                         model->unit.dimension != over->unit.dimension ? "they have other units"
                                                                       : "they are recorded at other times");
      return std::nullopt;
    }
    for (std::size_t k = 0; k < model->value.size(); ++k) {
      const double divisor = from_unit(over->value[over->has_time() ? k : 0], over->unit);
      model->value[k] = divisor == 0.0 ? nan : from_unit(model->value[k], model->unit) / divisor;
    }
    model->path += " / " + rule.over;
    model->unit = {};
    model->unit_text = "1";
    model->molar_mass.reset();
    return model;
  }

  // The unit of the data, from the mapping or the header; where both state one they agree.
  std::optional<std::string> unit_of(const TagRule& rule, const MeasuredSeries& series,
                                     const ResultSeries& model) {
    const std::string& unit = rule.unit.empty() ? series.unit : rule.unit;
    if (unit.empty() && !model.unit.dimension.dimensionless()) {
      diagnostics_.error(place_of(rule, series), fmt::format("the unit of '{}' is missing", rule.tag),
                         rule.place.line > 0 ? fmt::format("`unit:` here, or '{} [{}]' in the header",
                                                           rule.tag, model.unit_text)
                                             : fmt::format("as in '{} [{}]'", rule.tag, model.unit_text));
      return std::nullopt;
    }
    if (!rule.unit.empty() && !series.unit.empty() && contradict(rule.unit, series.unit)) {
      diagnostics_.error_with_other(rule.unit_place,
                                    fmt::format("'{}' has the unit {} here", rule.tag, rule.unit),
                                    series.place, fmt::format("and {} in the header", series.unit));
      return std::nullopt;
    }
    return unit;
  }

  // Whether two texts contradict each other. One that is no unit we know, as `mg/l` in an export nobody can
  // change, does not speak against a mapping.
  static bool contradict(const std::string& mapped, const std::string& header) {
    try {
      const UnitOfMeasure left = parse_unit(mapped), right = parse_unit(header);
      return left.dimension != right.dimension || std::abs(left.scale / right.scale - 1.0) > 1e-12 ||
             left.offset != right.offset;
    } catch (const QuantityError&) {
      return false;
    }
  }

  std::optional<Band> band_of(const TagRule& rule, const MeasuredSeries& series, const ResultSeries& model) {
    const ToleranceRule& said = rule.tolerance;
    const bool temperature = is_temperature(model.unit.dimension);
    Band band;
    if (said.absolute == nullptr && !said.relative) {
      if (temperature)
        return Band{default_kelvin / model.unit.scale, 0.0, fmt::format("{:g} K", default_kelvin)};
      double largest = 0.0;
      for (const double y : series.value) largest = std::max(largest, std::abs(y));
      return Band{default_of_largest * largest, default_relative, std::string(default_band)};
    }
    if (said.relative && temperature) {
      diagnostics_.error(
          place_of(rule, series),
          fmt::format("a relative tolerance of '{}', a temperature, depends on where zero is", rule.tag),
          "`absolute: 2 K`");
      return std::nullopt;
    }
    band.relative = said.relative.value_or(0.0);
    if (said.relative) band.text = fmt::format("{:.4g} %", 100.0 * band.relative);
    if (said.absolute == nullptr) return band;
    if (temperature && said.absolute->text().find("degC") != std::string::npos) {
      diagnostics_.error(said.absolute->place(), "a difference of temperatures is in K", "as in 2 K");
      return std::nullopt;
    }
    const auto si = read_quantity(*said.absolute,
                                  temperature               ? "K"
                                  : model.unit_text.empty() ? "1"
                                                            : model.unit_text,
                                  fmt::format("the absolute tolerance of '{}'", rule.tag), diagnostics_);
    if (!si) return std::nullopt;
    if (*si < 0.0) {
      diagnostics_.error(said.absolute->place(), "a tolerance is not negative");
      return std::nullopt;
    }
    band.absolute = *si / model.unit.scale;
    band.text += fmt::format("{}{}", band.text.empty() ? "" : " + ", said.absolute->text());
    return band;
  }

  void collect(const TagRule& rule, const MeasuredSeries& series, const Band& band, TagComparison& tag) {
    const double from = moment(rule.from, -std::numeric_limits<double>::infinity());
    const double to = moment(rule.to, std::numeric_limits<double>::infinity());
    const bool timed = tag.model.has_time();
    const double first = timed ? tag.model.time.front() : 0.0, last = timed ? tag.model.time.back() : run_to_;
    const double slack = 1e-6;  // s; time stamps are no finer
    tag.left_out.empty = series.empty;
    tag.left_out.bad = series.bad;
    tag.points.reserve(series.time.size());
    for (std::size_t k = 0; k < series.time.size(); ++k) {
      const double t = series.time[k] - origin_, y = series.value[k];
      if (t < from || t > to) ++tag.left_out.outside_window;
      else if (t < first - slack) ++tag.left_out.before_run;
      else if (t > last + slack) ++tag.left_out.after_run;
      else {
        const ModelAt model = model_at(tag.model, std::clamp(t, first, last), y, rule.tolerance.time);
        if (std::isnan(model.value)) ++tag.left_out.without_model;
        else
          tag.points.push_back(
              {t, y, model.value, model.nearest, band.absolute + band.relative * std::abs(y)});
      }
    }
  }

  void report_no_point(const TagRule& rule, const MeasuredSeries& series, const LeftOut& out) {
    const Place& place = place_of(rule, series);
    if (series.value.empty()) {
      diagnostics_.error(
          place, fmt::format("the column '{}' of {} is empty: {} cells without a value, {} marked bad",
                             rule.tag, data_.file, out.empty, out.bad));
      return;
    }
    std::vector<std::string> reasons;
    const auto say = [&reasons](std::size_t count, const char* why) {
      if (count > 0) reasons.push_back(fmt::format("{} {}", count, why));
    };
    say(out.before_run, "before the run");
    say(out.after_run, "after its end");
    say(out.outside_window, "outside 'from' and 'to'");
    say(out.without_model, "where the model has no value");
    diagnostics_.error(place,
                       fmt::format("no point of '{}' can be compared: {}", rule.tag, join(reasons, ", ")),
                       out.before_run + out.after_run > 0 ? "does 'start' say when the run begins?" : "");
  }

  static void evaluate(TagComparison& tag) {
    double sum = 0.0, squares = 0.0, worst = -1.0;
    double low = tag.points.front().measured, high = low;
    for (std::size_t k = 0; k < tag.points.size(); ++k) {
      const ComparedPoint& point = tag.points[k];
      const double difference = point.model - point.measured;
      sum += difference;
      squares += difference * difference;
      low = std::min(low, point.measured);
      high = std::max(high, point.measured);
      if (point.inside()) ++tag.inside;
      if (point.miss() > worst) {
        worst = point.miss();
        tag.worst = k;
      }
    }
    const auto n = static_cast<double>(tag.points.size());
    tag.bias = sum / n;
    tag.rmse = std::sqrt(squares / n);
    tag.range = high - low;
  }

  static std::string span_text(double seconds) {
    if (seconds < 60.0) return fmt::format("{:.4g} s", seconds);
    return seconds < 7200.0 ? fmt::format("{:.4g} min", seconds / 60.0)
                            : fmt::format("{:.4g} h", seconds / 3600.0);
  }

  const ResultReader& result_;
  const MeasuredTable& data_;
  ComparisonMap& map_;
  Diagnostics& diagnostics_;
  double origin_ = 0.0, run_to_ = 0.0;
  std::set<std::pair<int, int>> checked_;
};

}  // namespace

double ComparedPoint::miss() const {
  const double distance = std::abs(nearest - measured);
  if (distance == 0.0) return 0.0;
  return allowed > 0.0 ? distance / allowed : std::numeric_limits<double>::infinity();
}

bool TagComparison::passed() const {
  // A share of 95 % of 20 points is 19, whatever 0.95 * 20 is in binary.
  return static_cast<double>(inside) >= required_share * static_cast<double>(points.size()) - 1e-9;
}

bool ComparisonReport::passed() const {
  return std::all_of(tags.begin(), tags.end(), [](const TagComparison& tag) { return tag.passed(); });
}

ComparisonReport compare(const std::filesystem::path& result, const std::filesystem::path& data,
                         const std::filesystem::path& map) {
  Diagnostics diagnostics;
  ComparisonMap mapping;
  if (!map.empty()) mapping = read_comparison_map(map, diagnostics);
  mapping.format.wanted = [&](const std::string& tag) {
    if (map.empty()) return is_path_like(tag);
    return std::any_of(mapping.tags.begin(), mapping.tags.end(),
                       [&](const TagRule& rule) { return rule.tag == tag; });
  };
  diagnostics.throw_if_any();
  const ResultReader reader(result);
  const MeasuredTable table = read_measured(data, mapping.format, diagnostics);
  diagnostics.throw_if_any();
  ComparisonReport report = Comparer(reader, table, mapping, diagnostics).run();
  diagnostics.throw_if_any();
  report.result = result.string();
  report.data = data.string();
  return report;
}

}  // namespace brineflow
