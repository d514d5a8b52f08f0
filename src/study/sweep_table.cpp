#include "study/sweep_table.hpp"

#include "base/text.hpp"
#include "base/version.hpp"
#include "record/result_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace brineflow {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

// What the columns are: the indicators that any case has, and the longest series.
struct Extent {
  std::vector<Kpi> kpis;
  std::size_t samples = 0;
};

Extent extent_of(const SweepStudy& study, const SweepState& state) {
  Extent extent;
  for (std::size_t index = 0; index < study.size(); ++index) {
    const JournalPlace* place = state.find(index);
    if (place == nullptr) continue;
    const SweepEntry entry = read_entry(*place);
    extent.samples = std::max(extent.samples, entry.times.size());
    for (const Kpi& kpi : entry.kpis)
      if (std::none_of(extent.kpis.begin(), extent.kpis.end(), [&](const Kpi& known) { return known.name == kpi.name; })) extent.kpis.push_back(kpi);
  }
  return extent;
}

std::vector<double> padded(std::vector<double> values, std::size_t size) {
  values.resize(size, nothing);
  return values;
}

class TableWriter {
 public:
  TableWriter(const SweepStudy& study, const Extent& extent, const std::filesystem::path& path)
      : study_(study), extent_(extent), file_(ResultFile::create(path)) {
    file_.set_attribute("/", "title", study.title);
    file_.set_attribute("/", "brineflow_version", version);
    file_.set_attribute("/", "study", study.file.filename().string());
    file_.set_attribute("/", "case_file", study.case_file.string());
    file_.set_attribute("/", "Conventions", "CF-1.8");
    case_ = file_.add_growing_axis("/case", {"1", "number of the case, from 0"});
    status_ = file_.add_text_series("/status", case_, {"1", "complete, failed, stopped (by the time limit), crashed or missing"});
    reason_ = file_.add_text_series("/reason", case_, {"1", "why a case is not complete"});
    warnings_ = file_.add_text_series("/warnings", case_, {"1", "fitted ranges left and the like"});
    key_ = file_.add_text_series("/key", case_, {"1", "hash of everything the answer depends on"});
    wall_time_ = file_.add_series("/wall_time", {case_}, {"s", "wall time of the run"});
    closure_ = file_.add_series("/closure", {case_}, {"1", "largest share of a component that is missing from its balance"});
    for (const Varied& one : study.varied) {
      const std::string name = "/" + one.path;
      if (one.unit.empty()) texts_.push_back(file_.add_text_series(name, case_, {"1", "value of " + one.path}));
      else numbers_.push_back(file_.add_series(name, {case_}, {one.unit, "value of " + one.path}));
    }
    for (const Kpi& kpi : extent.kpis) kpis_.push_back(file_.add_series("/" + kpi.name, {case_}, {kpi.unit, kpi.long_name}));
    if (extent.samples == 0) return;
    const FileAxis sample = file_.add_dimension("/sample", extent.samples);
    times_ = file_.add_series("/time", {case_, sample}, {"s", "time of the sample since the start of the run"});
    for (const FollowedSeries& one : study.series) series_.push_back(file_.add_series("/" + one.name, {case_, sample}, {one.unit, one.expression}));
  }

  void write(std::size_t index, const SweepState& state) {
    file_.append(case_, static_cast<double>(index));
    file_.put(key_, state.key(index));
    std::size_t number = 0, text = 0;
    for (std::size_t k = 0; k < study_.varied.size(); ++k) {
      const SweepValue value = study_.value(index, k);
      if (study_.varied[k].unit.empty()) file_.put(texts_[text++], value.text);
      else file_.put(numbers_[number++], value.number);
    }
    const JournalPlace* place = state.find(index);
    if (place == nullptr) return file_.put(status_, "missing");
    const SweepEntry entry = read_entry(*place);
    file_.put(status_, entry.status);
    file_.put(reason_, entry.reason);
    file_.put(warnings_, join(entry.warnings, "\n"));
    file_.put(wall_time_, entry.wall_time);
    if (!entry.complete()) return;  // what a run that failed got to is no result
    file_.put(closure_, entry.closure);
    for (const Kpi& kpi : entry.kpis)
      for (std::size_t k = 0; k < extent_.kpis.size(); ++k)
        if (extent_.kpis[k].name == kpi.name) file_.put(kpis_[k], kpi.value);
    if (extent_.samples == 0 || entry.times.empty()) return;
    file_.put(times_, padded(entry.times, extent_.samples));
    for (std::size_t k = 0; k < series_.size() && k < entry.series.size(); ++k) file_.put(series_[k], padded(entry.series[k], extent_.samples));
  }

  void finish() {
    file_.commit(Snapshot::if_due);
    file_.finish("complete");
  }

 private:
  const SweepStudy& study_;
  const Extent& extent_;
  ResultFile file_;
  FileAxis case_{};
  TextSeries status_{}, reason_{}, warnings_{}, key_{};
  Series wall_time_{}, closure_{}, times_{};
  std::vector<TextSeries> texts_;
  std::vector<Series> numbers_, kpis_, series_;
};

}  // namespace

void write_sweep_table(const SweepStudy& study, const SweepState& state, const std::filesystem::path& path) {
  const Extent extent = extent_of(study, state);
  TableWriter writer(study, extent, path);
  for (std::size_t index = 0; index < study.size(); ++index) writer.write(index, state);
  writer.finish();
}

}  // namespace brineflow
