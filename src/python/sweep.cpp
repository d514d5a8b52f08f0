#include "python/sweep.hpp"

#include "python/running.hpp"
#include "python/stored.hpp"
#include "study/sweep.hpp"

#include <fmt/format.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <map>
#include <optional>
#include <string>

namespace brineflow::python {
namespace {

using Settings = std::map<std::string, std::string>;

// The table of a sweep: a row a case.
class SweepTable : public Stored {
 public:
  explicit SweepTable(SweepSummary of) : Stored(of.table), summary(std::move(of)) {}
  SweepSummary summary;
};

py::dict to_python(const SweepProgress& now) {
  py::dict dict;
  dict["cases"] = now.cases;
  dict["known"] = now.known;
  dict["ended"] = now.ended;
  dict["failed"] = now.failed;
  dict["elapsed"] = now.elapsed;
  return dict;
}

SweepTable sweep(const std::filesystem::path& study_file, std::size_t workers, const std::optional<std::filesystem::path>& folder, const Settings& settings,
                 bool retry_failed, py::object progress) {
  Watch watch(std::move(progress));
  std::vector<Override> overrides;
  for (const auto& [path, value] : settings) overrides.push_back({path, value});
  SweepOptions options;
  options.folder = folder ? *folder : default_sweep_folder(study_file);
  options.workers = workers;
  options.retry_failed = retry_failed;
  options.stop = watch.stop();
  options.progress = [&watch](const SweepProgress& now) { watch.look([&now] { return to_python(now); }); };
  // The workers are forks of this process: nobody may be in HDF5 then.
  SweepSummary summary = unlocked_in_hdf5([&] { return run_sweep(read_sweep(study_file, overrides), options); });
  watch.check();
  return SweepTable(std::move(summary));
}

}  // namespace

void bind_sweep(py::module_& module) {
  py::class_<SweepTable, Stored>(module, "SweepTable", "The table of a sweep, a row a case: table[\"li_recovery\"] is a numpy array. docs/sweep.md has the columns.")
      .def_property_readonly("names", [](const SweepTable& t) { return t.list("/"); }, "of the columns")
      .def_property_readonly("cases", [](const SweepTable& t) { return t.summary.cases; })
      .def_property_readonly("complete", [](const SweepTable& t) { return t.summary.complete; }, "how many cases are")
      .def_property_readonly("failed", [](const SweepTable& t) { return t.summary.failed; }, "how many cases have; why stands in table[\"reason\"]")
      .def_property_readonly("missing", [](const SweepTable& t) { return t.summary.missing; })
      .def_property_readonly("folder", [](const SweepTable& t) { return t.summary.folder; })
      .def("__repr__", [](const SweepTable& t) {
        return fmt::format("<brineflow.SweepTable: {} cases, {} complete, {} failed>", t.summary.cases, t.summary.complete, t.summary.failed);
      });
  module.def("sweep", &sweep, py::arg("study"), py::kw_only(), py::arg("workers") = 0, py::arg("folder") = py::none(), py::arg("settings") = Settings(),
             py::arg("retry_failed") = false, py::arg("progress") = py::none(),
             "Runs the cases of a study that are not in its folder yet, in processes side by side (workers: 0: as many as there are cores), and writes its table.\n"
             "progress: called with a dict now and then. Raises InputError, StorageError and KeyboardInterrupt; cases that fail are rows without numbers.");
}

}  // namespace brineflow::python
