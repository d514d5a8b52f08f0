#include "study/sweep_study.hpp"

#include "base/text.hpp"
#include "record/kpi.hpp"
#include "solve/settings.hpp"
#include "study/quantity_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace brineflow {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

// Where along its values a parameter stands.
SweepStudy::Standing SweepStudy::standing(std::size_t index, std::size_t parameter) const {
  if (grid_) {
    std::size_t position = 0, rest = index;
    for (std::size_t k = varied.size(); k-- > parameter;) {  // the last parameter runs fastest
      position = rest % counts_[k];
      rest /= counts_[k];
    }
    const std::size_t last = counts_[parameter] - 1;
    return {position, last > 0 ? static_cast<double>(position) / static_cast<double>(last) : 0.0};
  }
  if (together_) return {index, size_ > 1 ? static_cast<double>(index) / static_cast<double>(size_ - 1) : 0.0};
  const double share = samples_.at(index, parameter);
  return {static_cast<std::size_t>(share * static_cast<double>(varied[parameter].listed.size())), share};
}

SweepValue SweepStudy::value(std::size_t index, std::size_t parameter) const {
  const Varied& one = varied[parameter];
  const Standing here = standing(index, parameter);
  if (one.range()) {
    const double number = one.in_range(here.share);
    return {number, with_unit(number, one.unit)};
  }
  const Node& node = one.listed[here.position];
  return {one.unit.empty() ? not_a_number : one.numbers[here.position], node.is_scalar() ? node.text() : std::string(trim(write_yaml(node)))};
}

Document SweepStudy::document(std::size_t index, Diagnostics& diagnostics) const {
  Document document = base_;
  for (std::size_t k = 0; k < varied.size(); ++k) {
    const Varied& one = varied[k];
    Node node = one.range() ? Node::scalar(value(index, k).text, one.place) : one.listed[standing(index, k).position];
    set_path(document, one.path, one.place, std::move(node), diagnostics);
  }
  return document;
}

std::string SweepStudy::describe(std::size_t index) const {
  std::vector<std::string> parts;
  for (std::size_t k = 0; k < varied.size(); ++k) parts.push_back(fmt::format("{} = {}", varied[k].path, value(index, k).text));
  return join(parts, ", ");
}

class SweepStudyReader {
 public:
  SweepStudyReader(const std::filesystem::path& file, Diagnostics& diagnostics) : diagnostics_(diagnostics) { study_.file = file; }

  SweepStudy read(const Document& document) {
    if (!document.root.is_map()) {
      diagnostics_.error(document.root.place(), "a sweep is a map with the keys case and vary");
      diagnostics_.throw_if_any();
    }
    const Values values = read_values(document.root, sweep_parameters(), "the sweep", diagnostics_, {});
    study_.title = values.has("title") ? values.text("title") : study_.file.stem().string();
    study_.time_limit = values.quantity("time_limit");
    study_.keep_results = values.flag("keep_results");
    sample_ = values.text("sample");
    if (values.given("vary")) study_.varied = read_varied(*values.node("vary"), diagnostics_);
    if (values.given("series")) read_series(*values.node("series"));
    if (values.has("case")) {
      study_.case_file = file_beside(study_.file, values, "case", "case", diagnostics_);
      diagnostics_.throw_if_any();  // findings in one file at a time
      study_.base_ = read_base_case(study_.case_file, values, diagnostics_);
    }
    diagnostics_.throw_if_any();
    draw(values);
    diagnostics_.throw_if_any();
    check_cases();
    diagnostics_.throw_if_any();
    return std::move(study_);
  }

 private:
  void read_series(const Node& series) {
    if (!series.is_map()) return diagnostics_.error(series.place(), "'series' wants a map of names and quantities", "as in {lithium: column.outlet.Li+}");
    for (const Entry& entry : series.entries()) {
      if (entry.value.is_scalar()) study_.series.push_back({entry.key, entry.value.text(), entry.value.place()});
      else diagnostics_.error(entry.value.place(), fmt::format("series '{}' wants a quantity", entry.key), "as in column.outlet.Li+ / lake.Li+");
    }
  }

  // How many cases, and where they lie.
  void draw(const Values& values) {
    study_.grid_ = sample_ == "grid";
    study_.together_ = sample_ == "together";
    const bool drawn = !study_.grid_ && !study_.together_;
    if (drawn != values.given("cases"))
      return diagnostics_.error(drawn ? values.place("sample") : values.place("cases"),
                                drawn ? fmt::format("'{}' wants the number of 'cases'", sample_) : fmt::format("'cases' counts nothing in a {} of values", study_.grid_ ? "grid" : "list"),
                                drawn ? "as in cases: 200" : "the values of 'vary' say how many there are; sample: latin_hypercube draws");
    for (const Varied& one : study_.varied) check_count(one, drawn);
    if (!diagnostics_.empty()) return;
    double size = 1.0;
    if (study_.grid_) {
      for (const Varied& one : study_.varied) {
        study_.counts_.push_back(one.range() ? one.count.value_or(1) : one.listed.size());
        size *= static_cast<double>(study_.counts_.back());
      }
    } else if (study_.together_) {
      size = static_cast<double>(length_together());
    } else {
      size = static_cast<double>(values.integer("cases"));
    }
    if (size > static_cast<double>(largest_sweep))
      return diagnostics_.error(values.place("vary"), fmt::format("these are {:.3g} cases; at most {} are swept", size, largest_sweep), "sample: latin_hypercube or sobol fills a space with fewer");
    study_.size_ = static_cast<std::size_t>(size);
    const auto seed = static_cast<std::uint64_t>(values.integer("seed"));
    if (drawn)
      study_.samples_ = sample_ == "sobol" ? sobol_sequence(study_.size_, study_.varied.size(), seed) : latin_hypercube(study_.size_, study_.varied.size(), seed);
  }

  void check_count(const Varied& one, bool drawn) {
    if (!one.range()) return;
    if (study_.grid_ && !one.count)
      diagnostics_.error(one.place, fmt::format("the range of '{}' wants a 'count' of values on a grid", one.path), "as in {from: 1 m, to: 4 m, count: 4}");
    if (!study_.grid_ && one.count && drawn)
      diagnostics_.error(one.place, fmt::format("the range of '{}' has a 'count', but {} draws its values", one.path, sample_), "'cases' says how many");
  }

  std::size_t length_together() {
    std::size_t length = 0;
    for (const Varied& one : study_.varied) {
      const std::size_t here = one.range() ? one.count.value_or(0) : one.listed.size();
      if (one.range() && !one.count) continue;  // as many as the others
      if (length != 0 && here != length)
        diagnostics_.error(one.place, fmt::format("'{}' has {} values where the first has {}", one.path, here, length), "sample: together takes the first of each, then the second");
      else length = here;
    }
    return std::max<std::size_t>(length, 1);
  }

  // The case as it is at the first point, and at each value that is listed: what is wrong with these is known before anything runs.
  void check_cases() {
    const ModelLibrary models(ModelLibrary::default_folders(study_.case_file));
    std::vector<std::size_t> points{0};
    if (study_.grid_) {
      std::size_t stride = study_.size_;
      for (const std::size_t count : study_.counts_) {
        stride /= count;
        for (std::size_t k = 1; k < count && points.size() < most_checked; ++k) points.push_back(k * stride);
      }
    } else if (study_.together_) {
      for (std::size_t k = 1; k < study_.size_ && points.size() < most_checked; ++k) points.push_back(k);
    }
    for (const std::size_t point : points) {
      Document document = study_.document(point, diagnostics_);
      diagnostics_.throw_if_any();
      const Case input = read_case(std::move(document), study_.case_file, models, solver_parameters());
      const StateLayout layout(*input.flowsheet);
      for (FollowedSeries& series : study_.series)
        if (const auto expression = parse_expression(series.expression, series.place, *input.flowsheet, layout, diagnostics_))
          series.unit = si_unit(expression->dimension());
      if (point == 0) check_columns(*input.flowsheet);
      diagnostics_.throw_if_any();
    }
  }

  // No two columns of the table may share a name.
  void check_columns(const Flowsheet& flowsheet) {
    std::vector<std::string> taken = {"case", "status", "reason", "warnings", "key", "wall_time", "closure", "sample", "time"};
    const TotalsLayout totals(flowsheet);
    for (const Kpi& kpi : make_kpis(flowsheet, totals, std::vector<double>(totals.size(), 0.0))) taken.push_back(kpi.name);
    const auto claim = [&](const std::string& name, const Place& place) {
      if (std::find(taken.begin(), taken.end(), name) != taken.end())
        diagnostics_.error(place, fmt::format("the table of the sweep has a column '{}' of its own", name), "choose another name");
      taken.push_back(name);
    };
    for (const Varied& one : study_.varied) claim(one.path, one.place);
    for (const FollowedSeries& one : study_.series) {
      claim(one.name, one.place);
      if (one.name.find_first_of("/.") != std::string::npos) diagnostics_.error(one.place, fmt::format("'{}' cannot name a column", one.name), "letters, digits and _");
    }
  }

  static constexpr std::size_t most_checked = 100;
  Diagnostics& diagnostics_;
  SweepStudy study_;
  std::string sample_;
};

SweepStudy read_sweep(const std::filesystem::path& file, const std::vector<Override>& overrides) {
  Diagnostics diagnostics;
  Document document = read_document(file, diagnostics);
  if (diagnostics.empty())
    for (const Override& change : overrides) set_path(document, change.path, change.value, diagnostics);
  diagnostics.throw_if_any();
  return SweepStudyReader(file, diagnostics).read(document);
}

const ParameterTable& sweep_parameters() {
  static const ParameterTable table = {
      text("title").maybe_absent().means("what is asked, for people"),
      text("description").maybe_absent().means("longer"),
      text("case").means("the case, a path relative to the study"),
      any("set").maybe_absent().means("values that all cases have in place of those in the file, by path"),
      any("vary").means("values that differ from case to case, by path: a list, or a range {from, to}"),
      choice("sample", {"grid", "together", "latin_hypercube", "sobol"}).or_default("grid").means(
          "grid: each value with each; together: the first of each, the second of each, …; or points drawn from the ranges"),
      integer("cases").between(1.0, static_cast<double>(largest_sweep)).maybe_absent().means("how many points latin_hypercube or sobol draw"),
      integer("seed").between(0.0, 1e9).or_default("1").means("of what is drawn; sobol with 0 is the sequence itself"),
      any("series").maybe_absent().means("quantities followed over time in every case, as conditions name them, by a name of yours"),
      quantity("time_limit", "s").positive().or_default("1 h").means("wall time after which a case is stopped and counts as failed"),
      boolean("keep_results").or_default("false").means("whether the result file of every case is kept, in the folder `results` of the sweep"),
  };
  return table;
}

}  // namespace brineflow
