#include "study/fit_study.hpp"

#include "base/text.hpp"
#include "solve/settings.hpp"
#include "study/quantity_text.hpp"
#include "study/varied.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brineflow {

bool FitParameter::counts_in(std::size_t experiment) const { return std::find(experiments.begin(), experiments.end(), experiment) != experiments.end(); }

Document FitStudy::document(std::size_t experiment, const std::vector<double>& values, Diagnostics& diagnostics) const {
  Document document = experiments[experiment].base;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const FitParameter& one = parameters[k];
    if (!one.counts_in(experiment)) continue;
    for (const std::string& path : one.paths)
      set_path(document, path, one.place, Node::scalar(with_unit(values[k], one.unknown.unit), one.place), diagnostics);
  }
  return document;
}

namespace {

class FitReader {
 public:
  FitReader(const std::filesystem::path& file, Diagnostics& diagnostics) : diagnostics_(diagnostics) { study_.file = file; }

  FitStudy read(const Document& document) {
    if (!document.root.is_map()) {
      diagnostics_.error(document.root.place(), "a fit is a map with the keys experiments and parameters");
      diagnostics_.throw_if_any();
    }
    const Values values = read_values(document.root, fit_parameters(), "the fit", diagnostics_, {});
    study_.title = values.has("title") ? values.text("title") : study_.file.stem().string();
    study_.time_limit = values.quantity("time_limit");
    study_.options.errors_known = values.text("errors") == "known";
    study_.options.confidence = values.quantity("confidence");
    study_.options.starts = static_cast<std::size_t>(values.integer("starts"));
    study_.options.iterations = static_cast<std::size_t>(values.integer("iterations"));
    study_.options.step = values.quantity("step");
    study_.sensitivities = values.text("derivatives") == "sensitivities";
    study_.options.profile = values.flag("profile");
    if (values.given("experiments")) read_experiments(*values.node("experiments"));
    if (values.given("parameters")) read_unknowns(*values.node("parameters"));
    diagnostics_.throw_if_any();
    check_cases();
    diagnostics_.throw_if_any();
    return std::move(study_);
  }

 private:
  void read_experiments(const Node& node) {
    if (!node.is_map() || node.entries().empty())
      return diagnostics_.error(node.place(), "'experiments' wants a map of names", "as in {run 1: {case: column.yaml, data: run_1.csv, map: run_1.map.yaml}}");
    for (const Entry& entry : node.entries()) {
      const Values values = read_values(entry.value, fit_experiment_parameters(), fmt::format("experiments.{}", entry.key), diagnostics_, {});
      if (!values.complete()) continue;
      FitExperiment one;
      one.name = entry.key;
      one.place = entry.key_place;
      one.case_file = file_beside(study_.file, values, "case", "case", diagnostics_);
      one.data = file_beside(study_.file, values, "data", "file of data", diagnostics_);
      if (values.has("map")) one.map = file_beside(study_.file, values, "map", "mapping file", diagnostics_);
      diagnostics_.throw_if_any();  // findings in one file at a time
      one.base = read_base_case(one.case_file, values, diagnostics_);
      study_.experiments.push_back(std::move(one));
    }
  }

  void read_unknowns(const Node& node) {
    if (!node.is_map() || node.entries().empty())
      return diagnostics_.error(node.place(), "'parameters' wants a map of names", "as in {k: {path: units.column.k, from: 1e-5 1/s, to: 1e-2 1/s}}");
    for (const Entry& entry : node.entries()) {
      const Values values = read_values(entry.value, fit_unknown_parameters(), fmt::format("parameters.{}", entry.key), diagnostics_, {});
      if (values.complete()) read_unknown(entry, values);
    }
  }

  void read_unknown(const Entry& entry, const Values& values) {
    FitParameter one;
    one.unknown.name = entry.key;
    one.place = entry.key_place;
    if (values.given("path") == values.given("offset"))
      return diagnostics_.error(entry.key_place, fmt::format("parameter '{}' is either at a 'path' of the case or the 'offset' of a tag", entry.key));
    if (values.given("path")) {
      const Node& path = *values.node("path");
      if (path.is_scalar()) one.paths.push_back(path.text());
      for (const Node& item : path.items()) one.paths.push_back(item.text());
      if (one.paths.empty()) diagnostics_.error(path.place(), "'path' wants a path of the case, or a list of them");
    } else {
      one.offset = values.text("offset");
    }
    one.experiments = experiments_of(values);
    read_range(entry.key, values, one.unknown);
    study_.parameters.push_back(std::move(one));
  }

  std::vector<std::size_t> experiments_of(const Values& values) {
    std::vector<std::size_t> result;
    std::vector<std::string> names;
    for (const FitExperiment& one : study_.experiments) names.push_back(one.name);
    if (!values.given("experiments")) {
      for (std::size_t k = 0; k < names.size(); ++k) result.push_back(k);
      return result;
    }
    const Node& list = *values.node("experiments");
    if (!list.is_sequence()) diagnostics_.error(list.place(), "'experiments' of a parameter wants a list of their names");
    for (const Node& item : list.items()) {
      const auto found = std::find(names.begin(), names.end(), item.text());
      if (found != names.end()) {
        result.push_back(static_cast<std::size_t>(found - names.begin()));
        continue;
      }
      const auto meant = closest(item.text(), names);
      diagnostics_.error(item.place(), fmt::format("there is no experiment '{}'", item.text()), meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("there are {}", join(names, ", ")));
    }
    return result;
  }

  void read_range(const std::string& name, const Values& values, Unknown& unknown) {
    const auto number = [&](const char* key, const Dimension* dimension) -> std::optional<Quantity> {
      if (!values.given(key)) return std::nullopt;
      const auto quantity = written_quantity(*values.node(key), name, diagnostics_);
      if (quantity && dimension != nullptr && !(quantity->dimension == *dimension)) {
        diagnostics_.error(values.place(key), fmt::format("'{}' of '{}' is {}, its 'from' {}", key, name, with_article(name_of(quantity->dimension)), with_article(name_of(*dimension))));
        return std::nullopt;
      }
      return quantity;
    };
    const auto from = number("from", nullptr);
    if (!from) return;
    unknown.unit = unit_in(values.node("from")->text());
    const UnitOfMeasure unit = parse_unit(unknown.unit);
    const auto to = number("to", &from->dimension);
    if (!to) return;
    unknown.from = to_unit(from->value, unit);
    unknown.to = to_unit(to->value, unit);
    unknown.logarithmic = values.text("spacing") == "logarithmic";
    if (!(unknown.from < unknown.to)) return diagnostics_.error(values.place("to"), fmt::format("'to' of '{}' is not above its 'from'", name));
    if (unknown.logarithmic && !(unknown.from > 0.0)) return diagnostics_.error(values.place("spacing"), fmt::format("a logarithmic '{}' wants a range above zero", name));
    unknown.start = unknown.logarithmic ? std::sqrt(unknown.from * unknown.to) : 0.5 * (unknown.from + unknown.to);
    if (const auto start = number("start", &from->dimension)) unknown.start = to_unit(start->value, unit);
    if (unknown.start < unknown.from || unknown.start > unknown.to) diagnostics_.error(values.place("start"), fmt::format("'start' of '{}' is outside its bounds", name));
    if (values.given("prior") != values.given("prior_error"))
      return diagnostics_.error(values.place("prior"), fmt::format("'{}' wants both 'prior' and 'prior_error', or neither", name));
    if (const auto prior = number("prior", &from->dimension)) {
      unknown.prior = to_unit(prior->value, unit);
      // A difference: without the offset of degrees Celsius. Of a logarithmic one a share.
      if (const auto error = number("prior_error", unknown.logarithmic ? nullptr : &from->dimension)) {
        unknown.prior_error = unknown.logarithmic ? error->value : error->value / unit.scale;
        if (!(*unknown.prior_error > 0.0)) diagnostics_.error(values.place("prior_error"), fmt::format("'prior_error' of '{}' must be above zero", name));
      }
      if (!study_.options.errors_known) diagnostics_.error(values.place("prior"), "a prior has no weight beside data whose errors are unknown", "errors: known takes the tolerances of the mapping for standard deviations");
    }
  }

  // The cases at the starting values, and at both ends of each.
  void check_cases() {
    for (std::size_t e = 0; e < study_.experiments.size(); ++e) {
      const ModelLibrary models(ModelLibrary::default_folders(study_.experiments[e].case_file));
      std::vector<double> values;
      for (const FitParameter& one : study_.parameters) values.push_back(one.unknown.start);
      Document document = study_.document(e, values, diagnostics_);
      diagnostics_.throw_if_any();
      read_case(std::move(document), study_.experiments[e].case_file, models, solver_parameters());
      for (std::size_t k = 0; k < values.size(); ++k)
        for (const double end : {study_.parameters[k].unknown.from, study_.parameters[k].unknown.to}) {
          std::vector<double> moved = values;
          moved[k] = end;
          read_case(study_.document(e, moved, diagnostics_), study_.experiments[e].case_file, models, solver_parameters());
        }
    }
  }

  Diagnostics& diagnostics_;
  FitStudy study_;
};

}  // namespace

FitStudy read_fit(const std::filesystem::path& file, const std::vector<Override>& overrides) {
  Diagnostics diagnostics;
  Document document = read_document(file, diagnostics);
  if (diagnostics.empty())
    for (const Override& change : overrides) set_path(document, change.path, change.value, diagnostics);
  diagnostics.throw_if_any();
  return FitReader(file, diagnostics).read(document);
}

const ParameterTable& fit_parameters() {
  static const ParameterTable table = {
      text("title").maybe_absent().means("what is asked, for people"),
      text("description").maybe_absent().means("longer"),
      any("experiments").means("by a name: case, data and how they belong together"),
      any("parameters").means("what is sought, by a name"),
      choice("errors", {"known", "unknown"}).or_default("unknown").means(
          "known: the tolerances of the mapping are standard deviations; unknown: only their ratios are, and the scatter of the data says the rest"),
      quantity("confidence", "%").above(0.0).below(1.0).or_default("95 %").means("of the intervals"),
      integer("starts").between(1.0, 1000.0).or_default("1").means("from how many points the minimum is sought: `start`, and points of a Latin hypercube"),
      integer("iterations").between(1.0, 1000.0).or_default("50").means("at most, from each start"),
      choice("derivatives", {"sensitivities", "differences"}).or_default("sensitivities").means(
          "sensitivities: integrated beside the run, where its kind allows it; differences: of whole runs"),
      quantity("step", "1").above(0.0).at_most(0.1).or_default("1e-3").means("of the differences that make derivatives, as a share of the range of each parameter"),
      boolean("profile").or_default("false").means("intervals from the profile of the likelihood too"),
      quantity("time_limit", "s").positive().or_default("10 min").means("wall time after which a run is stopped"),
  };
  return table;
}

const ParameterTable& fit_experiment_parameters() {
  static const ParameterTable table = {
      text("case").means("the case, a path relative to the study"),
      any("set").maybe_absent().means("values in place of those in the file, by path"),
      text("data").means("the measured data, a CSV file as `brineflow compare` reads it"),
      text("map").maybe_absent().means("its mapping file, as of `brineflow compare`; its tolerances are the standard deviations"),
  };
  return table;
}

const ParameterTable& fit_unknown_parameters() {
  static const ParameterTable table = {
      any("path").maybe_absent().means("where the value stands in the case, or a list of such places"),
      text("offset").maybe_absent().means("in place of a path: a tag of the mapping; the value is added to what the model says of it"),
      any("experiments").maybe_absent().means("names of those in which it counts; all where it is not given"),
      any("from").means("lower bound, with its unit"),
      any("to").means("upper bound"),
      any("start").maybe_absent().means("where the search begins; the middle of the bounds where it is not given"),
      choice("spacing", {"linear", "logarithmic"}).or_default("linear").means("logarithmic: the logarithm is sought, and has the normal distribution"),
      any("prior").maybe_absent().means("what is known of it beforehand"),
      any("prior_error").maybe_absent().means("the standard deviation of that; of a logarithmic one as a share, 20 %"),
  };
  return table;
}

}  // namespace brineflow
