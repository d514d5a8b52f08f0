#include "app/commands.hpp"
#include "app/progress_line.hpp"
#include "solve/diagnosis.hpp"
#include "study/comparison_plot.hpp"
#include "study/fit.hpp"
#include "study/quantity_text.hpp"
#include "study/whole_files.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>

namespace brineflow {
namespace {

std::atomic<bool> stop_requested{false};

void request_stop(int /*signal*/) { stop_requested.store(true); }

constexpr double strong_correlation = 0.95;

nlohmann::json number(double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(); }

std::vector<std::string> names_of(const FitStudy& study, const Undetermined& undetermined) {
  std::vector<std::string> names;
  for (const std::size_t k : undetermined.parameters) names.push_back(study.parameters[k].unknown.name);
  return names;
}

nlohmann::json to_json(const FitStudy& study, const FitResult& result) {
  const LeastSquaresResult& found = result.found;
  nlohmann::json json = {{"converged", found.converged}, {"message", found.message}, {"chi_squared", found.chi_squared}, {"residuals", found.residuals},
                         {"scatter", found.scatter}, {"runs", result.runs}, {"failed_runs", result.failed_runs}, {"wall_time_s", result.elapsed},
                         {"differences_because", result.differences_because}};
  for (std::size_t k = 0; k < study.parameters.size(); ++k) {
    const Estimate& e = found.estimates[k];
    nlohmann::json one = {{"value", e.value}, {"unit", study.parameters[k].unknown.unit}, {"error", number(e.error)}, {"lower", number(e.lower)},
                          {"upper", number(e.upper)}, {"at_bound", e.at_bound}};
    if (e.profile_lower) one["profile"] = {number(*e.profile_lower), number(*e.profile_upper)};
    json["parameters"][study.parameters[k].unknown.name] = std::move(one);
    nlohmann::json row = nlohmann::json::array();
    for (std::size_t j = 0; j < study.parameters.size(); ++j) row.push_back(number(found.correlation(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(j))));
    json["correlation"].push_back(std::move(row));
  }
  json["undetermined"] = nlohmann::json::array();
  for (const Undetermined& one : found.undetermined) json["undetermined"].push_back(names_of(study, one));
  for (const double minimum : found.minima) json["minima"].push_back(number(minimum));
  for (std::size_t e = 0; e < result.reports.size(); ++e)
    for (const TagComparison& tag : result.reports[e].tags)
      json["experiments"][study.experiments[e].name][tag.tag] = {{"points", tag.points.size()}, {"bias", tag.bias}, {"rmse", tag.rmse}, {"nrmse", number(tag.nrmse())}, {"unit", tag.unit}};
  return json;
}

void print_parameters(const FitStudy& study, const FitResult& result) {
  std::size_t width = 9;
  for (const FitParameter& one : study.parameters) width = std::max(width, one.unknown.name.size());
  fmt::print("  {:<{}}  {:>12}  {:>11}  {:>27}  unit\n", "parameter", width, "value", "std. error", fmt::format("{:g} % interval", 100.0 * study.options.confidence));
  for (std::size_t k = 0; k < study.parameters.size(); ++k) {
    const Estimate& e = result.found.estimates[k];
    fmt::print("  {:<{}}  {:>12.6g}  {:>11.3g}  {:>12.6g} … {:>12.6g}  {}{}\n", study.parameters[k].unknown.name, width, e.value, e.error, e.lower, e.upper,
               study.parameters[k].unknown.unit, e.at_bound ? "   AT ITS BOUND" : "");
    if (e.profile_lower)
      fmt::print("  {:<{}}  {:>12}  {:>11}  {:>12.6g} … {:>12.6g}  by the profile of the likelihood\n", "", width, "", "", *e.profile_lower, *e.profile_upper);
  }
}

void print_warnings(const FitStudy& study, const FitResult& result) {
  const LeastSquaresResult& found = result.found;
  if (!found.converged) fmt::print("NOT CONVERGED: {}\n", found.message);
  for (const Undetermined& one : found.undetermined) {
    const std::vector<std::string> names = names_of(study, one);
    if (names.size() == 1) fmt::print("UNDETERMINED: the data say nothing about {} within its bounds\n", names[0]);
    else fmt::print("UNDETERMINED: the data cannot tell {} apart (condition index {:.3g}): only a combination of them is known\n", fmt::join(names, ", "), one.condition_index);
  }
  for (Eigen::Index i = 0; i < found.correlation.rows(); ++i)
    for (Eigen::Index j = 0; j < i; ++j)
      if (std::abs(found.correlation(i, j)) > strong_correlation)
        fmt::print("{} and {} are correlated: {:.3f}\n", study.parameters[static_cast<std::size_t>(j)].unknown.name, study.parameters[static_cast<std::size_t>(i)].unknown.name, found.correlation(i, j));
  if (found.minima.size() > 1) {
    const double least = *std::min_element(found.minima.begin(), found.minima.end());
    const auto same = std::count_if(found.minima.begin(), found.minima.end(), [&](double m) { return m <= least * 1.001 + 1e-9; });
    fmt::print("{} of {} starts end at this minimum\n", same, found.minima.size());
  }
  if (study.sensitivities && !result.differences_because.empty()) fmt::print("derivatives by differences: {}\n", result.differences_because);
  if (result.failed_runs > 0) fmt::print("{} of {} runs failed; the last: {}\n", result.failed_runs, result.runs, result.last_failure);
}

void print_report(const FitStudy& study, const FitResult& result) {
  fmt::print("{}\n\n", study.title);
  print_parameters(study, result);
  fmt::print("\n");
  print_warnings(study, result);
  for (std::size_t e = 0; e < result.reports.size(); ++e)
    for (const TagComparison& tag : result.reports[e].tags)
      fmt::print("{}: {}: {} points, bias {:.3g}, root mean square {:.3g} {}, {:.3g} % of the range\n", study.experiments[e].name, tag.tag, tag.points.size(), tag.bias, tag.rmse, tag.unit, 100.0 * tag.nrmse());
  fmt::print("chi^2 {:.5g} of {} residuals; scatter {:.4g} of the stated errors{}\n", result.found.chi_squared, result.found.residuals, result.found.scatter,
             study.options.errors_known ? "" : ", which the intervals take into account");
  fmt::print("{} runs in {}\n\nto use it:", result.runs, format_time(result.elapsed));
  for (std::size_t k = 0; k < study.parameters.size(); ++k)
    for (const std::string& path : study.parameters[k].paths) fmt::print(" --set \"{}={}\"", path, with_unit(result.found.estimates[k].value, study.parameters[k].unknown.unit));
  fmt::print("\n");
}

}  // namespace

int command_fit(const std::string& file, const std::vector<Override>& overrides, const FitRequest& request) {
  const FitStudy study = read_fit(file, overrides);
  ProgressLine line;
  FitOptions options;
  options.workers = request.workers;
  options.stop = &stop_requested;
  options.progress = [&line](std::size_t start, std::size_t iteration, double chi_squared, std::size_t runs) {
    line.show(fmt::format("start {}, iteration {}, chi^2 {:.6g}, {} runs", start + 1, iteration, chi_squared, runs));
  };
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  const FitResult result = run_fit(study, options);
  line.clear();
  if (!request.plot.empty()) {
    std::vector<std::pair<std::filesystem::path, std::string>> pictures;
    for (std::size_t e = 0; e < result.reports.size(); ++e) {
      std::filesystem::path path = request.plot;
      if (result.reports.size() > 1) path.replace_filename(fmt::format("{}_{}{}", path.stem().string(), e + 1, path.extension().string()));
      pictures.emplace_back(path, comparison_svg(result.reports[e]));
    }
    write_whole_files(pictures);
  }
  if (request.json) fmt::print("{}\n", to_json(study, result).dump(2));
  else print_report(study, result);
  return static_cast<int>(result.found.converged ? ExitStatus::done : ExitStatus::criterion_failed);
}

}  // namespace brineflow
