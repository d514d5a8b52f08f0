#include "study/fit_run.hpp"

#include "base/error.hpp"
#include "base/scalar.hpp"
#include "solve/settings.hpp"
#include "study/case_entry.hpp"
#include "study/comparison.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

using nlohmann::json;

// How far a value is moved beside a run: what is left of differences of one residual is 1e-9 by rounding, and 1e-7 by their curvature.
constexpr double small_step = 1e-7;
// Of its range: the size of a value that is near zero.
constexpr double small_share = 0.01;

// Sensitivities cannot be had.
struct NoSlopes {
  std::string reason;
  bool anywhere = false;  // it lies in the study, not in this point
};

struct Move {
  std::size_t parameter = 0;
  double size = 0.0, step = 0.0;  // in the unit of the value; as a share of its size
};

Move move_of(const Unknown& unknown, double value) {
  const double size = unknown.logarithmic ? value : std::max(std::abs(value), small_share * (unknown.to - unknown.from));
  const bool room = value + small_step * size <= unknown.to;
  return {0, size, room ? small_step : -small_step};
}

// Totals know nothing of sensitivities, and indicators come from totals.
bool is_of_states(const std::string& path) {
  const auto one = [](std::string_view part) { return part.starts_with("streams/") || part.starts_with("units/"); };
  const std::size_t over = path.find(" / ");
  return one(path) && (over == std::string::npos || one(std::string_view(path).substr(over + 3)));
}

FitAnswer points_of(const ComparisonReport& report) {
  FitAnswer result;
  for (const TagComparison& tag : report.tags) {
    TagPoints points{tag.tag, tag.unit, {}, {}, {}, {}};
    for (const ComparedPoint& point : tag.points) {
      points.model.push_back(point.model);
      points.measured.push_back(point.measured);
      points.error.push_back(point.allowed);
    }
    result.tags.push_back(std::move(points));
  }
  return result;
}

class Experiment {
 public:
  Experiment(const FitStudy& study, const FitRun& run, const ModelLibrary& models, const std::string& results)
      : study_(study), experiment_(study.experiments[run.experiment]), run_(run), models_(models), result_(results + ".h5"), results_(results) {}

  FitAnswer without_slopes() const {
    const SweepEntry entry = run_to_entry({document(run_.values), experiment_.case_file, &models_, {}, result_});
    if (!entry.complete()) return {{}, entry.reason, false, "", false};
    return points_of(compare(result_, experiment_.data, experiment_.map));
  }

  // Throws NoSlopes.
  FitAnswer with_slopes() const {
    const std::vector<Move> moves = moves_here();
    if (moves.empty()) return of_no_value();
    const Case input = read(run_.values);
    return run_beside(input, moves);
  }

 private:
  Document document(const std::vector<double>& values) const {
    Diagnostics diagnostics;
    Document read = study_.document(run_.experiment, values, diagnostics);
    diagnostics.throw_if_any();
    return read;
  }
  Case read(const std::vector<double>& values) const { return read_case(document(values), experiment_.case_file, models_, solver_parameters()); }

  std::vector<Move> moves_here() const {
    std::vector<Move> moves;
    for (const std::size_t k : *run_.slopes) {
      moves.push_back(move_of(study_.parameters[k].unknown, run_.values[k]));
      moves.back().parameter = k;
    }
    return moves;
  }

  // Where no value of the case is sought, at most offsets: a run of any kind.
  FitAnswer of_no_value() const {
    FitAnswer result = without_slopes();
    for (TagPoints& tag : result.tags) with_zero_slopes(tag);
    return result;
  }

  void with_zero_slopes(TagPoints& tag) const { tag.slopes.assign(run_.values.size(), std::vector<double>(tag.model.size(), 0.0)); }

  FitAnswer run_beside(const Case& input, const std::vector<Move>& moves) const {
    std::vector<MovedCase> beside;
    for (const Move& move : moves) {
      std::vector<double> values = run_.values;
      values[move.parameter] += move.step * move.size;
      beside.push_back({read(values), move.step, fmt::format("{}_{}.h5", results_, move.parameter)});
      if (const std::string reason = why_not_beside(input, beside.back()); !reason.empty()) throw NoSlopes{reason, true};
    }
    const SweepEntry entry = run_to_entry(input, {{}, experiment_.case_file, nullptr, {}, result_}, &beside);
    if (!entry.complete()) throw NoSlopes{entry.reason, false};
    const ComparisonReport report = compare(result_, experiment_.data, experiment_.map);
    FitAnswer result = points_of(report);
    for (TagPoints& tag : result.tags) with_zero_slopes(tag);
    for (const TagComparison& tag : report.tags)
      if (!is_of_states(tag.path)) throw NoSlopes{fmt::format("tag '{}' is no state: {}", tag.tag, tag.path), true};
    for (std::size_t k = 0; k < moves.size(); ++k) {
      const ComparisonReport moved = compare(beside[k].result, experiment_.data, experiment_.map);
      for (std::size_t t = 0; t < report.tags.size(); ++t) {
        const auto &here = report.tags[t].points, &there = moved.tags.at(t).points;
        if (here.size() != there.size()) throw NoSlopes{fmt::format("tag '{}' has other points with another value", report.tags[t].tag), false};
        for (std::size_t j = 0; j < here.size(); ++j) {
          const double slope = (there[j].model - here[j].model) / (moves[k].step * moves[k].size);
          if (!std::isfinite(slope)) throw NoSlopes{fmt::format("tag '{}' has no derivative at {:g} s", report.tags[t].tag, here[j].time), false};
          result.tags[t].slopes[moves[k].parameter][j] = slope;
        }
      }
    }
    return result;
  }

  const FitStudy& study_;
  const FitExperiment& experiment_;
  const FitRun& run_;
  const ModelLibrary& models_;
  const std::filesystem::path result_;
  const std::string results_;
};

}  // namespace

FitAnswer answer(const FitStudy& study, const FitRun& run, const ModelLibrary& models, const std::string& results) {
  NoSlopes none;
  const Experiment experiment(study, run, models, results);
  if (run.slopes) {
    try {
      return experiment.with_slopes();
    } catch (const NoSlopes& why) {
      none = why;
    } catch (const std::exception& error) {
      none.reason = error.what();
    }
  }
  FitAnswer found;
  if (run.slopes && !run.anyway) {
    found.reason = found.no_slopes = none.reason;
    found.never_slopes = none.anywhere;
    return found;
  }
  try {
    found = experiment.without_slopes();
  } catch (const InputError& error) {
    found = {{}, error.what(), true, "", false};
  } catch (const std::exception& error) {
    found = {{}, error.what(), false, "", false};
  }
  found.no_slopes = none.reason;
  found.never_slopes = none.anywhere;
  return found;
}

void add_slopes(FitAnswer& answer, const FitAnswer& other) {
  const auto alike = [](const TagPoints& a, const TagPoints& b) { return a.model.size() == b.model.size() && a.slopes.size() == b.slopes.size() && !a.slopes.empty(); };
  if (!std::equal(answer.tags.begin(), answer.tags.end(), other.tags.begin(), other.tags.end(), alike)) {
    for (TagPoints& tag : answer.tags) tag.slopes.clear();
    return;
  }
  for (std::size_t t = 0; t < answer.tags.size(); ++t)
    for (std::size_t k = 0; k < answer.tags[t].slopes.size(); ++k)
      for (std::size_t j = 0; j < answer.tags[t].slopes[k].size(); ++j) answer.tags[t].slopes[k][j] += other.tags[t].slopes[k][j];
}

std::string to_text(const FitAnswer& answer) {
  json tags = json::array();
  for (const TagPoints& tag : answer.tags)
    tags.push_back({{"tag", tag.tag}, {"unit", tag.unit}, {"model", tag.model}, {"measured", tag.measured}, {"error", tag.error}, {"slopes", tag.slopes}});
  // What a reason quotes may be no UTF-8.
  return json{{"tags", tags}, {"reason", answer.reason}, {"input", answer.our_input}, {"no_slopes", answer.no_slopes}, {"never_slopes", answer.never_slopes}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

FitAnswer answer_from_text(const std::string& text) {
  const json read = json::parse(text);
  FitAnswer answer{{}, read["reason"], read["input"], read["no_slopes"], read["never_slopes"]};
  const auto numbers = [](const json& list) { return list.get<std::vector<double>>(); };
  for (const json& tag : read["tags"])
    answer.tags.push_back({tag["tag"], tag["unit"], numbers(tag["model"]), numbers(tag["measured"]), numbers(tag["error"]), tag["slopes"].get<std::vector<std::vector<double>>>()});
  return answer;
}

}  // namespace brineflow
