#include "study/optimize_study.hpp"

#include "base/text.hpp"
#include "record/kpi.hpp"
#include "solve/settings.hpp"
#include "study/quantity_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace brineflow {
namespace {

// More cannot be shown, and among points of many goals hardly one beats another (Deb and Jain 2014, IEEE Trans. Evol. Comput. 18, 577).
constexpr std::size_t largest_goals = 4;
constexpr std::array<const char*, 3> keys_of_one = {"starts", "evaluations", "accuracy"}, keys_of_several = {"population", "generations", "seed"};

}  // namespace

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
      diagnostics_.error(document.root.place(), "an optimisation is a map with the keys case, vary and goal or goals");
      diagnostics_.throw_if_any();
    }
    const Values values = read_values(document.root, optimize_parameters(), "the optimisation", diagnostics_, {});
    study_.title = values.has("title") ? values.text("title") : study_.file.stem().string();
    study_.starts = static_cast<std::size_t>(values.integer("starts"));
    study_.evaluations = static_cast<std::size_t>(values.integer("evaluations"));
    study_.accuracy = values.quantity("accuracy");
    study_.time_limit = values.quantity("time_limit");
    if (values.given("vary")) read_ranges(*values.node("vary"));
    study_.population = static_cast<std::size_t>(values.integer("population"));
    study_.generations = static_cast<std::size_t>(values.integer("generations"));
    study_.seed = static_cast<std::size_t>(values.integer("seed"));
    read_what_is_sought(document.root, values);
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

  void read_what_is_sought(const Node& root, const Values& values) {
    const bool one = values.given("goal"), several = values.given("goals");
    if (one && several) return diagnostics_.error(values.place("goals"), "'goals' beside 'goal'", "one of the two: a best answer for one goal, or those that none beats for several");
    if (!one && !several) return diagnostics_.error(root.place(), "missing key 'goal' in the optimisation", "as in {maximize: li_recovery}, or 'goals' with a list of several");
    for (const char* key : one ? keys_of_several : keys_of_one)
      if (values.given(key))
        diagnostics_.error(values.place(key), fmt::format("'{}' means nothing beside '{}'", key, one ? "goal" : "goals"), one ? "it is for several goals" : "it is for a single goal");
    if (one) read_goal(*values.node("goal"), "goal");
    else read_goals(*values.node("goals"));
    if (several && study_.population % 4 != 0)
      diagnostics_.error(values.given("population") ? values.place("population") : root.place(), fmt::format("a population of {} is no multiple of 4", study_.population), "parents are paired in fours");
  }

  void read_goals(const Node& node) {
    if (!node.is_sequence() || node.items().size() < 2 || node.items().size() > largest_goals)
      return diagnostics_.error(node.place(), fmt::format("'goals' wants a list of 2 to {}", largest_goals), "as in [{maximize: li_recovery}, {minimize: fresh_water_per_t_lce}]");
    for (const Node& one : node.items()) read_goal(one, "a goal of 'goals'");
  }

  void read_goal(const Node& node, const std::string& what) {
    if (!node.is_map() || node.entries().size() != 1 || !node.entries()[0].value.is_scalar())
      return diagnostics_.error(node.place(), fmt::format("{} wants one indicator", what == "goal" ? "'goal'" : what), "as in {maximize: li_recovery} or {minimize: energy_per_t_lce}");
    const Entry& entry = node.entries()[0];
    if (entry.key != "maximize" && entry.key != "minimize")
      return diagnostics_.error(entry.key_place, fmt::format("a goal cannot be '{}'", entry.key), "maximize or minimize");
    for (const Goal& other : study_.goals)
      if (other.indicator == entry.value.text()) diagnostics_.error(entry.value.place(), fmt::format("'{}' is a goal already", other.indicator));
    study_.goals.push_back({entry.value.text(), entry.value.place(), entry.key == "maximize"});
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
      for (const Goal& goal : study_.goals) check_indicator(goal.indicator, goal.place, known);
      for (const Limit& limit : study_.limits) check_indicator(limit.indicator, limit.place, known);
    }
  }

  Diagnostics& diagnostics_;
  OptimizeStudy study_;
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
      any("goal").maybe_absent().means("{maximize: INDICATOR} or {minimize: INDICATOR}"),
      any("goals").maybe_absent().means("in the place of `goal`: a list of two to four goals, for the answers that no other beats in all of them"),
      any("limits").maybe_absent().means("on indicators, in the unit in which the run prints them: {INDICATOR: {at_most: 0.5}}"),
      integer("starts").between(1.0, 1000.0).or_default("4").means("from how many points the optimum is sought: `start`, and points of a Latin hypercube"),
      integer("evaluations").between(1.0, 100000.0).or_default("100").means("runs from each start, at most"),
      quantity("accuracy", "1").above(0.0).at_most(0.1).or_default("1e-3").means("to which the search goes on, as a share of each range"),
      integer("population").between(8.0, 10000.0).or_default("40").means("with `goals`: runs of a generation, a multiple of four"),
      integer("generations").between(0.0, 100000.0).or_default("40").means("with `goals`: generations that follow the first"),
      integer("seed").between(0.0, 4294967295.0).or_default("1").means("with `goals`: of the random numbers"),
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
