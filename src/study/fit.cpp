#include "study/fit.hpp"

#include "base/error.hpp"
#include "study/case_entry.hpp"
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

// The points of one tag of one experiment.
struct TagPoints {
  std::string tag, unit;
  std::vector<double> model, measured, error;
};

// One experiment at one set of values; without tags it failed.
struct Answer {
  std::string reason;
  bool our_input = false;  // the reason is one of data and mapping, and the same at every point
  std::vector<TagPoints> tags;
};

std::string to_text(const ComparisonReport& report) {
  json tags = json::array();
  for (const TagComparison& tag : report.tags) {
    json model = json::array(), measured = json::array(), error = json::array();
    for (const ComparedPoint& point : tag.points) {
      model.push_back(point.model);
      measured.push_back(point.measured);
      error.push_back(point.allowed);
    }
    tags.push_back({{"tag", tag.tag}, {"unit", tag.unit}, {"model", model}, {"measured", measured}, {"error", error}});
  }
  return json{{"tags", tags}}.dump();
}

Answer from_text(const std::string& text) {
  const json read = json::parse(text);
  Answer answer;
  answer.reason = read.value("reason", "");
  answer.our_input = read.value("input", false);
  if (!read.contains("tags")) return answer;
  for (const json& tag : read["tags"])
    answer.tags.push_back({tag["tag"], tag["unit"], tag["model"].get<std::vector<double>>(), tag["measured"].get<std::vector<double>>(), tag["error"].get<std::vector<double>>()});
  return answer;
}

class Experiments {
 public:
  Experiments(const FitStudy& study, const FitOptions& options)
      : study_(study), options_(options),
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
  std::string task_of(std::size_t experiment, const std::vector<double>& values) const {
    json task = {{"experiment", experiment}, {"values", json::array()}};
    for (std::size_t k = 0; k < values.size(); ++k) {
      const auto& in = study_.parameters[k].experiments;
      const bool counts = study_.parameters[k].offset.empty() && std::find(in.begin(), in.end(), experiment) != in.end();
      task["values"].push_back(counts ? values[k] : study_.parameters[k].unknown.start);
    }
    return task.dump();
  }

  // In a worker.
  std::string work(const std::string& text, std::size_t worker) const {
    try {
      const json task = json::parse(text);
      const std::size_t e = task["experiment"];
      const FitExperiment& experiment = study_.experiments[e];
      const std::filesystem::path result = scratch_.path() / fmt::format("{}.h5", worker);
      Diagnostics none;
      Document document = study_.document(e, task["values"].get<std::vector<double>>(), none);
      const SweepEntry entry = run_to_entry({std::move(document), experiment.case_file, models_[e].get(), {}, result});
      if (!entry.complete()) return json{{"reason", entry.reason}}.dump(-1, ' ', false, json::error_handler_t::replace);
      return to_text(compare(result, experiment.data, experiment.map));
    } catch (const InputError& error) {
      return json{{"reason", error.what()}, {"input", true}}.dump(-1, ' ', false, json::error_handler_t::replace);
    } catch (const std::exception& error) {
      return json{{"reason", error.what()}}.dump(-1, ' ', false, json::error_handler_t::replace);
    }
  }

  void ask(const std::vector<std::vector<double>>& points) {
    std::deque<Task> queue;
    std::vector<std::string> texts;
    for (const std::vector<double>& point : points)
      for (std::size_t e = 0; e < study_.experiments.size(); ++e) {
        const std::string text = task_of(e, point);
        if (known_.contains(text) || std::find(texts.begin(), texts.end(), text) != texts.end()) continue;
        queue.push_back({texts.size(), text});
        texts.push_back(text);
      }
    const auto next = [&]() -> std::optional<Task> {
      if (queue.empty()) return std::nullopt;
      Task task = std::move(queue.front());
      queue.pop_front();
      return task;
    };
    const auto finished = [&](const TaskResult& result) {
      Answer answer;
      if (result.end == TaskResult::End::finished) answer = from_text(result.text);
      else answer.reason = result.end == TaskResult::End::stopped ? fmt::format("stopped after its time limit of {:g} s", study_.time_limit) : result.text;
      ++runs;
      if (answer.tags.empty()) {
        if (answer.our_input) throw InputError(answer.reason);
        ++failed;
        const std::size_t e = json::parse(result.task.text)["experiment"];
        last_failure = fmt::format("experiment '{}': {}", study_.experiments[e].name, answer.reason);
      }
      known_[result.task.text] = std::move(answer);
    };
    pool_.run(next, finished, options_.idle ? options_.idle : [] {}, options_.stop);
    if (options_.stop != nullptr && options_.stop->load()) throw Interrupted("interrupted: a fit that was stopped leaves nothing");
  }

  double offset(std::size_t experiment, const TagPoints& tag, const std::vector<double>& values) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < values.size(); ++k) {
      const FitParameter& one = study_.parameters[k];
      if (one.offset != tag.tag || std::find(one.experiments.begin(), one.experiments.end(), experiment) == one.experiments.end()) continue;
      sum += values[k] * parse_unit(one.unknown.unit).scale / parse_unit(tag.unit).scale;
    }
    return sum;
  }

  Residuals residuals(const std::vector<double>& point) {
    std::vector<double> all;
    for (std::size_t e = 0; e < study_.experiments.size(); ++e) {
      const Answer& answer = known_.at(task_of(e, point));
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
        const auto& tags = known_.at(task_of(e, starting_values())).tags;
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
  std::map<std::string, Answer> known_;
  std::size_t size_ = 0;
  WorkerPool pool_;  // last: its processes see all the others
};

}  // namespace

FitResult run_fit(const FitStudy& study, const FitOptions& options) {
  const Clock::time_point begin = Clock::now();
  Experiments experiments(study, options);
  FitResult result;
  std::vector<double> start;
  std::vector<Unknown> unknowns;
  for (const FitParameter& one : study.parameters) {
    unknowns.push_back(one.unknown);
    start.push_back(one.unknown.start);
  }
  LeastSquaresOptions settings = study.options;
  if (options.progress)
    settings.progress = [&](std::size_t from, std::size_t iteration, double chi_squared) { options.progress(from, iteration, chi_squared, experiments.runs); };
  const auto at = [&](const std::vector<std::vector<double>>& points) { return experiments.at(points); };
  try {
    result.found = least_squares(unknowns, at, settings);
  } catch (const SolverError& error) {
    throw SolverError(experiments.last_failure.empty() ? error.what() : fmt::format("{}\n{}", error.what(), experiments.last_failure));
  }
  std::vector<double> best;
  for (const Estimate& estimate : result.found.estimates) best.push_back(estimate.value);
  for (std::size_t e = 0; e < study.experiments.size(); ++e)
    result.reports.push_back(compare(experiments.run_once(e, best), study.experiments[e].data, study.experiments[e].map));
  result.runs = experiments.runs;
  result.failed_runs = experiments.failed;
  result.last_failure = experiments.last_failure;
  result.elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
  return result;
}

}  // namespace brineflow
