#include "study/fit.hpp"

#include "base/error.hpp"
#include "study/case_entry.hpp"
#include "study/fit_run.hpp"
#include "study/worker_pool.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <map>
#include <thread>

namespace brineflow {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

// Of a run with sensitivities: two cost about as much as one run more, and groups go side by side.
constexpr std::size_t slopes_per_run = 2;

// A folder of our own that goes away with this object, in the process that made it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "brineflow_fit_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw StorageError(fmt::format("no folder can be made in {}", std::filesystem::temp_directory_path().string()));
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class Experiments {
 public:
  Experiments(const FitStudy& study, const FitOptions& options)
      : study_(study), options_(options), without_slopes_(study.sensitivities ? "" : "the study asks for differences"),
        pool_(options.workers > 0 ? options.workers : std::max(1U, std::thread::hardware_concurrency()), study.time_limit,
              [this](const std::string& task, std::size_t worker) { return work(task, worker); }) {
    for (const FitExperiment& one : study.experiments) models_.push_back(std::make_unique<ModelLibrary>(ModelLibrary::default_folders(one.case_file)));
  }

  std::vector<Residuals> at(const std::vector<std::vector<double>>& points) {
    ask(points);
    std::vector<Residuals> result;
    for (const std::vector<double>& point : points) result.push_back(residuals(point));
    return result;
  }

  // Derivatives of the residuals there by the values; nothing where there are none.
  std::optional<Eigen::MatrixXd> slopes_at(const std::vector<double>& point) {
    ask({point});
    if (!without_slopes_.empty()) return std::nullopt;
    Eigen::MatrixXd result(static_cast<Eigen::Index>(size_), static_cast<Eigen::Index>(point.size()));
    Eigen::Index row = 0;
    for (std::size_t e = 0; e < study_.experiments.size(); ++e)
      for (const TagPoints& tag : known_.at(key_of(e, point)).tags) {
        if (tag.slopes.empty() || row + static_cast<Eigen::Index>(tag.model.size()) > result.rows()) return std::nullopt;
        for (std::size_t j = 0; j < tag.model.size(); ++j, ++row)
          for (std::size_t k = 0; k < point.size(); ++k) result(row, static_cast<Eigen::Index>(k)) = (tag.slopes[k][j] + offset_slope(e, tag, k)) / tag.error[j];
      }
    if (row != result.rows()) return std::nullopt;
    return result;
  }

  // Why derivatives are differences of runs; empty where they are sensitivities.
  std::string without_slopes() const {
    if (!without_slopes_.empty() || points_without_slopes_ == 0) return without_slopes_;
    return fmt::format("at {} of {} points, {}", points_without_slopes_, runs, point_without_slopes_);
  }

  std::filesystem::path run_once(std::size_t experiment, const std::vector<double>& values) {
    const std::filesystem::path result = scratch_.path() / fmt::format("best_{}.h5", experiment);
    Diagnostics none;
    run_to_entry({study_.document(experiment, values, none), study_.experiments[experiment].case_file, models_[experiment].get(), {}, result});
    return result;
  }

  std::size_t runs = 0, failed = 0;
  std::string last_failure;

 private:
  // Where the offsets stand the run is the same: its values are those of the paths alone.
  json task_of(std::size_t experiment, const std::vector<double>& values) const {
    json task = {{"experiment", experiment}, {"values", json::array()}};
    for (std::size_t k = 0; k < values.size(); ++k) {
      const FitParameter& one = study_.parameters[k];
      task["values"].push_back(one.offset.empty() && one.counts_in(experiment) ? values[k] : one.unknown.start);
    }
    return task;
  }
  std::string key_of(std::size_t experiment, const std::vector<double>& values) const { return task_of(experiment, values).dump(); }

  // In a worker.
  std::string work(const std::string& text, std::size_t worker) const {
    const json task = json::parse(text);
    FitRun run{task["experiment"], task["values"].get<std::vector<double>>()};
    if (task.contains("slopes")) run.slopes = task["slopes"].get<std::vector<std::size_t>>();
    run.anyway = task["anyway"];
    return to_text(answer(study_, run, *models_[run.experiment], (scratch_.path() / std::to_string(worker)).string()));
  }

  // Which slopes each of the runs of an experiment is to have: groups of parameters, or null where no run has any. The groups do not depend on the number of
  // workers, and so neither does the answer.
  std::vector<json> slopes_to_ask(std::size_t experiment) const {
    if (!without_slopes_.empty()) return {json()};
    std::vector<json> groups{json::array()};
    for (std::size_t k = 0; k < study_.parameters.size(); ++k) {
      const FitParameter& one = study_.parameters[k];
      if (!one.offset.empty() || !one.counts_in(experiment)) continue;
      if (groups.back().size() == slopes_per_run) groups.push_back(json::array());
      groups.back().push_back(k);
    }
    return groups;
  }

  void ask(const std::vector<std::vector<double>>& points) {
    std::deque<Task> queue, too_slow;  // too_slow: stopped with sensitivities, and perhaps fast enough without
    std::vector<std::string> keys;     // of the tasks, by number
    std::vector<bool> first;           // of the tasks of their key: its model is what counts, the others add slopes
    std::vector<std::pair<std::string, FitAnswer>> others;
    for (const std::vector<double>& point : points)
      for (std::size_t e = 0; e < study_.experiments.size(); ++e) {
        const json task = task_of(e, point);
        const std::string key = task.dump();
        if (known_.contains(key) || std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
        for (const json& slopes : slopes_to_ask(e)) {
          json part = task;
          if (!slopes.is_null()) part["slopes"] = slopes;
          part["anyway"] = keys.empty() || keys.back() != key;
          queue.push_back({keys.size(), part.dump()});
          first.push_back(part["anyway"]);
          keys.push_back(key);
        }
      }
    const auto next = [&]() -> std::optional<Task> {
      if (queue.empty()) return std::nullopt;
      Task task = std::move(queue.front());
      queue.pop_front();
      return task;
    };
    const auto finished = [&](const TaskResult& result) {
      json task = json::parse(result.task.text);
      const std::size_t e = task["experiment"];
      const bool counts = first[result.task.number];
      if (result.end == TaskResult::End::stopped && task.contains("slopes")) {
        if (without_slopes_.empty())
          without_slopes_ = fmt::format("experiment '{}': a run with sensitivities takes longer than the time limit of {:g} s", study_.experiments[e].name, study_.time_limit);
        task.erase("slopes");
        if (counts) too_slow.push_back({result.task.number, task.dump()});
        else others.emplace_back(keys[result.task.number], FitAnswer());
        return;
      }
      FitAnswer answer;
      if (result.end == TaskResult::End::finished) answer = answer_from_text(result.text);
      else answer.reason = result.end == TaskResult::End::stopped ? fmt::format("stopped after its time limit of {:g} s", study_.time_limit) : result.text;
      ++runs;
      if (!answer.no_slopes.empty() && (!answer.tags.empty() || answer.never_slopes)) note_no_slopes(e, answer);
      if (!counts) return others.emplace_back(keys[result.task.number], std::move(answer)), void();
      if (answer.tags.empty()) {
        if (answer.our_input) throw InputError(answer.reason);
        ++failed;
        last_failure = fmt::format("experiment '{}': {}", study_.experiments[e].name, answer.reason);
      }
      known_[keys[result.task.number]] = std::move(answer);
    };
    const auto idle = options_.idle ? options_.idle : [] {};
    pool_.run(next, finished, idle, options_.stop);
    queue = std::move(too_slow);
    if (!queue.empty()) pool_.run(next, finished, idle, options_.stop);
    for (const auto& [key, other] : others) add_slopes(known_[key], other);
    if (options_.stop != nullptr && options_.stop->load()) throw Interrupted("interrupted: a fit that was stopped leaves nothing");
  }

  void note_no_slopes(std::size_t experiment, const FitAnswer& answer) {
    const std::string reason = fmt::format("experiment '{}': {}", study_.experiments[experiment].name, answer.no_slopes);
    if (answer.never_slopes) {
      if (without_slopes_.empty()) without_slopes_ = reason;
    } else {
      ++points_without_slopes_;
      point_without_slopes_ = reason;
    }
  }

  double offset(std::size_t experiment, const TagPoints& tag, const std::vector<double>& values) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < values.size(); ++k) sum += values[k] * offset_slope(experiment, tag, k);
    return sum;
  }
  // How far one of a parameter moves the model of a tag, as an offset.
  double offset_slope(std::size_t experiment, const TagPoints& tag, std::size_t parameter) const {
    const FitParameter& one = study_.parameters[parameter];
    if (one.offset != tag.tag || !one.counts_in(experiment)) return 0.0;
    return parse_unit(one.unknown.unit).scale / parse_unit(tag.unit).scale;
  }

  Residuals residuals(const std::vector<double>& point) {
    std::vector<double> all;
    for (std::size_t e = 0; e < study_.experiments.size(); ++e) {
      const FitAnswer& answer = known_.at(key_of(e, point));
      if (answer.tags.empty()) return std::nullopt;
      for (const TagPoints& tag : answer.tags) {
        check(e, tag);
        const double shift = offset(e, tag, point);
        for (std::size_t k = 0; k < tag.model.size(); ++k) all.push_back((tag.model[k] + shift - tag.measured[k]) / tag.error[k]);
      }
    }
    // A run that ends before the data do has fewer points: it answers another question.
    if (size_ == 0) {
      size_ = all.size();
      ask({starting_values()});
      check_offsets();
    }
    if (all.size() != size_) {
      last_failure = fmt::format("{} points of the data lie within the run, {} did at the start of the fit", all.size(), size_);
      return std::nullopt;
    }
    return all;
  }

  // At the first answer: what an offset shifts is there, in its dimension.
  void check_offsets() const {
    Diagnostics diagnostics;
    for (const FitParameter& one : study_.parameters) {
      if (one.offset.empty()) continue;
      for (const std::size_t e : one.experiments) {
        const auto& tags = known_.at(key_of(e, starting_values())).tags;
        const auto tag = std::find_if(tags.begin(), tags.end(), [&](const TagPoints& t) { return t.tag == one.offset; });
        if (tag == tags.end()) diagnostics.error(one.place, fmt::format("experiment '{}' has no tag '{}'", study_.experiments[e].name, one.offset));
        else if (!(parse_unit(tag->unit).dimension == parse_unit(one.unknown.unit).dimension))
          diagnostics.error(one.place, fmt::format("the offset of '{}' is in {}, the data in {}", one.offset, one.unknown.unit, tag->unit));
      }
    }
    diagnostics.throw_if_any();
  }

  std::vector<double> starting_values() const {
    std::vector<double> values;
    for (const FitParameter& one : study_.parameters) values.push_back(one.unknown.start);
    return values;
  }

  void check(std::size_t experiment, const TagPoints& tag) const {
    for (const double error : tag.error)
      if (!(error > 0.0))
        throw InputError(fmt::format("experiment '{}': tag '{}' has a point without a tolerance; the tolerance of the mapping is the standard deviation in a fit, "
                                     "and where values come near zero it wants an absolute part", study_.experiments[experiment].name, tag.tag));
  }

  const FitStudy& study_;
  const FitOptions& options_;
  ScratchFolder scratch_;
  std::vector<std::unique_ptr<ModelLibrary>> models_;
  std::map<std::string, FitAnswer> known_;  // by the task without slopes
  std::size_t size_ = 0;
  std::string without_slopes_;                // anywhere
  std::size_t points_without_slopes_ = 0;     // for a reason of their own
  std::string point_without_slopes_;
  WorkerPool pool_;  // last: its processes see all the others
};

}  // namespace

FitResult run_fit(const FitStudy& study, const FitOptions& options) {
  const Clock::time_point begin = Clock::now();
  Experiments experiments(study, options);
  FitResult result;
  std::vector<Unknown> unknowns;
  for (const FitParameter& one : study.parameters) unknowns.push_back(one.unknown);
  LeastSquaresOptions settings = study.options;
  if (options.progress)
    settings.progress = [&](std::size_t from, std::size_t iteration, double chi_squared) { options.progress(from, iteration, chi_squared, experiments.runs); };
  const auto at = [&](const std::vector<std::vector<double>>& points) { return experiments.at(points); };
  const SlopesAt slopes_at = [&](const std::vector<double>& point) { return experiments.slopes_at(point); };
  try {
    result.found = least_squares(unknowns, at, settings, slopes_at);
  } catch (const SolverError& error) {
    throw SolverError(experiments.last_failure.empty() ? error.what() : fmt::format("{}\n{}", error.what(), experiments.last_failure));
  }
  std::vector<double> best;
  for (const Estimate& estimate : result.found.estimates) best.push_back(estimate.value);
  for (std::size_t e = 0; e < study.experiments.size(); ++e)
    result.reports.push_back(compare(experiments.run_once(e, best), study.experiments[e].data, study.experiments[e].map));
  result.runs = experiments.runs;
  result.differences_because = experiments.without_slopes();
  result.failed_runs = experiments.failed;
  result.last_failure = experiments.last_failure;
  result.elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
  return result;
}

}  // namespace brineflow
