#include "study/optimize_study.hpp"

#include "base/text.hpp"
#include "record/kpi.hpp"
#include "solve/settings.hpp"
#include "study/quantity_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brineflow {

Document OptimizeStudy::document(const std::vector<double>& values, Diagnostics& diagnostics) const {
  Document document = base_;
  for (std::size_t k = 0; k < varied.size(); ++k)
    set_path(document, varied[k].path, varied[k].place, Node::scalar(with_unit(values[k], varied[k].unit), varied[k].place), diagnostics);
  return document;
}

std::string OptimizeStudy::describe(const std::vector<double>& values) const {
  std::vector<std::string> parts;
  for (std::size_t k = 0; k < varied.size(); ++k) parts.push_back(fmt::format("{} = {}", varied[k].path, with_unit(values[k], varied[k].unit)));
  return join(parts, ", ");
}

class OptimizeReader {
 public:
  OptimizeReader(const std::filesystem::path& file, Diagnostics& diagnostics) : diagnostics_(diagnostics) { study_.file = file; }

  OptimizeStudy read(const Document& document) {
    if (!document.root.is_map()) {
      diagnostics_.error(document.root.place(), "an optimisation is a map with the keys case, vary and goal");
      diagnostics_.throw_if_any();
    }
    const Values values = read_values(document.root, optimize_parameters(), "the optimisation", diagnostics_, {});
    study_.title = values.has("title") ? values.text("title") : study_.file.stem().string();
    study_.starts = static_cast<std::size_t>(values.integer("starts"));
    study_.evaluations = static_cast<std::size_t>(values.integer("evaluations"));
    study_.accuracy = values.quantity("accuracy");
    study_.time_limit = values.quantity("time_limit");
    if (values.given("vary")) read_ranges(*values.node("vary"));
    if (values.given("goal")) read_goal(*values.node("goal"));
    if (values.given("limits")) read_limits(*values.node("limits"));
    if (values.has("case")) {
      study_.case_file = file_beside(study_.file, values, "case", "case", diagnostics_);
      diagnostics_.throw_if_any();  // findings in one file at a time
      study_.base_ = read_base_case(study_.case_file, values, diagnostics_);
    }
    diagnostics_.throw_if_any();
    check_cases();
    diagnostics_.throw_if_any();
    return std::move(study_);
  }

 private:
  void read_ranges(const Node& node) {
    study_.varied = read_varied(node, diagnostics_);
    for (const Varied& one : study_.varied) {
      if (!one.range()) diagnostics_.error(one.place, fmt::format("'{}' wants a range here", one.path), "as in {from: 1 h, to: 8 h}");
      else if (one.count) diagnostics_.error(one.place, fmt::format("the range of '{}' has a 'count', which means nothing here", one.path));
      else if (one.from == one.to) diagnostics_.error(one.place, fmt::format("the range of '{}' is a single value", one.path));
    }
  }

  void read_goal(const Node& node) {
    if (!node.is_map() || node.entries().size() != 1 || !node.entries()[0].value.is_scalar())
      return diagnostics_.error(node.place(), "'goal' wants one indicator", "as in {maximize: li_recovery} or {minimize: energy_per_t_lce}");
    const Entry& entry = node.entries()[0];
    if (entry.key != "maximize" && entry.key != "minimize")
      return diagnostics_.error(entry.key_place, fmt::format("a goal cannot be '{}'", entry.key), "maximize or minimize");
    study_.goal = {entry.value.text(), entry.key == "maximize"};
    goal_place_ = entry.value.place();
  }

  void read_limits(const Node& node) {
    if (!node.is_map()) return diagnostics_.error(node.place(), "'limits' wants a map of indicators", "as in {product_mg_li_ratio: {at_most: 0.5}}");
    for (const Entry& entry : node.entries()) {
      const Values values = read_values(entry.value, limit_parameters(), fmt::format("limits.{}", entry.key), diagnostics_, {});
      if (!values.complete()) continue;
      if (!values.has("at_most") && !values.has("at_least")) diagnostics_.error(entry.key_place, fmt::format("the limit on '{}' says neither at_most nor at_least", entry.key));
      if (values.has("at_most")) study_.limits.push_back({entry.key, entry.key_place, values.number("at_most"), true});
      if (values.has("at_least")) study_.limits.push_back({entry.key, entry.key_place, values.number("at_least"), false});
    }
  }

  void check_indicator(const std::string& name, const Place& place, const std::vector<std::string>& known) {
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    const auto meant = closest(name, known);
    diagnostics_.error(place, fmt::format("there is no indicator '{}'", name),
                       meant ? fmt::format("did you mean '{}'?", *meant) : known.empty() ? "the case has none: they are those of a product with lithium" : fmt::format("there are {}", join(known, ", ")));
  }

  void check_cases() {
    const ModelLibrary models(ModelLibrary::default_folders(study_.case_file));
    std::vector<double> start;
    for (const Varied& one : study_.varied) start.push_back(one.in_range(0.5));
    std::vector<std::vector<double>> points{start};
    for (std::size_t k = 0; k < start.size(); ++k)
      for (const double end : {study_.varied[k].from, study_.varied[k].to}) {
        points.push_back(start);
        points.back()[k] = end;
      }
    for (const std::vector<double>& point : points) {
      Document document = study_.document(point, diagnostics_);
      diagnostics_.throw_if_any();
      const Case input = read_case(std::move(document), study_.case_file, models, solver_parameters());
      if (&point != &points.front()) continue;
      const TotalsLayout totals(*input.flowsheet);
      std::vector<std::string> known;
      for (const Kpi& kpi : make_kpis(*input.flowsheet, totals, std::vector<double>(totals.size(), 0.0))) known.push_back(kpi.name);
      check_indicator(study_.goal.indicator, goal_place_, known);
      for (const Limit& limit : study_.limits) check_indicator(limit.indicator, limit.place, known);
    }
  }

  Diagnostics& diagnostics_;
  OptimizeStudy study_;
  Place goal_place_;
};

OptimizeStudy read_optimize(const std::filesystem::path& file, const std::vector<Override>& overrides) {
  Diagnostics diagnostics;
  Document document = read_document(file, diagnostics);
  if (diagnostics.empty())
    for (const Override& change : overrides) set_path(document, change.path, change.value, diagnostics);
  diagnostics.throw_if_any();
  return OptimizeReader(file, diagnostics).read(document);
}

const ParameterTable& optimize_parameters() {
  static const ParameterTable table = {
      text("title").maybe_absent().means("what is asked, for people"),
      text("description").maybe_absent().means("longer"),
      text("case").means("the case, a path relative to the study"),
      any("set").maybe_absent().means("values that all runs have in place of those in the file, by path"),
      any("vary").means("values that are sought, by path: ranges {from, to}, as in a sweep, with a `start` if there is a good one"),
      any("goal").means("{maximize: INDICATOR} or {minimize: INDICATOR}"),
      any("limits").maybe_absent().means("on indicators, in the unit in which the run prints them: {INDICATOR: {at_most: 0.5}}"),
      integer("starts").between(1.0, 1000.0).or_default("4").means("from how many points the optimum is sought: `start`, and points of a Latin hypercube"),
      integer("evaluations").between(1.0, 100000.0).or_default("100").means("runs from each start, at most"),
      quantity("accuracy", "1").above(0.0).at_most(0.1).or_default("1e-3").means("to which the search goes on, as a share of each range"),
      quantity("time_limit", "s").positive().or_default("1 h").means("wall time after which a run is stopped and counts as failed"),
  };
  return table;
}

const ParameterTable& limit_parameters() {
  static const ParameterTable table = {
      number("at_most").maybe_absent().means("the largest value that is good enough"),
      number("at_least").maybe_absent().means("the smallest value that is good enough"),
  };
  return table;
}

}  // namespace brineflow
