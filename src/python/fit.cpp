#include "study/fit.hpp"

#include "python/fit.hpp"
#include "python/running.hpp"

#include <fmt/format.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <map>
#include <string>
#include <utility>

namespace brineflow::python {
namespace {

using Settings = std::map<std::string, std::string>;

struct Fitted {
  std::vector<FitParameter> parameters;
  FitResult result;
};

// Something of each parameter, by its name.
template <class Something>
py::dict by_name(const Fitted& fit, const Something& something) {
  py::dict dict;
  for (std::size_t k = 0; k < fit.parameters.size(); ++k) dict[py::str(fit.parameters[k].unknown.name)] = something(fit.parameters[k], fit.result.found.estimates[k]);
  return dict;
}

py::array_t<double> correlation(const Fitted& fit) {
  const auto& matrix = fit.result.found.correlation;
  py::array_t<double> array({matrix.rows(), matrix.cols()});
  for (Eigen::Index i = 0; i < matrix.rows(); ++i)
    for (Eigen::Index j = 0; j < matrix.cols(); ++j) array.mutable_at(i, j) = matrix(i, j);
  return array;
}

std::vector<std::vector<std::string>> undetermined(const Fitted& fit) {
  std::vector<std::vector<std::string>> groups;
  for (const Undetermined& one : fit.result.found.undetermined) {
    groups.emplace_back();
    for (const std::size_t k : one.parameters) groups.back().push_back(fit.parameters[k].unknown.name);
  }
  return groups;
}

Fitted run(const std::filesystem::path& study_file, std::size_t workers, const Settings& settings, py::object progress) {
  Watch watch(std::move(progress));
  std::vector<Override> overrides;
  for (const auto& [path, value] : settings) overrides.push_back({path, value});
  FitOptions options;
  options.workers = workers;
  options.stop = watch.stop();
  options.progress = [&watch](std::size_t start, std::size_t iteration, double chi_squared, std::size_t runs) {
    watch.look([&] {
      py::dict now;
      now["start"] = start;
      now["iteration"] = iteration;
      now["chi_squared"] = chi_squared;
      now["runs"] = runs;
      return now;
    });
  };
  options.idle = [&watch] { watch.look(); };
  try {
    return unlocked_in_hdf5([&] {
      const FitStudy study = read_fit(study_file, overrides);
      return Fitted{study.parameters, run_fit(study, options)};
    });
  } catch (const Interrupted&) {
    watch.check();
    throw;
  }
}

}  // namespace

void bind_fit(py::module_& module) {
  py::class_<Fitted>(module, "FitResult", "Parameters out of measured data, each in the unit of the study.")
      .def_property_readonly("parameters", [](const Fitted& f) { return by_name(f, [](const FitParameter&, const Estimate& e) { return e.value; }); }, "best values by name")
      .def_property_readonly("errors", [](const Fitted& f) { return by_name(f, [](const FitParameter&, const Estimate& e) { return e.error; }); }, "standard deviations")
      .def_property_readonly("intervals", [](const Fitted& f) { return by_name(f, [](const FitParameter&, const Estimate& e) { return py::make_tuple(e.lower, e.upper); }); },
                             "of the confidence that the study states")
      .def_property_readonly("units", [](const Fitted& f) { return by_name(f, [](const FitParameter& p, const Estimate&) { return p.unknown.unit; }); })
      .def_property_readonly("at_bound", [](const Fitted& f) { return by_name(f, [](const FitParameter&, const Estimate& e) { return e.at_bound; }); })
      .def_property_readonly("correlation", &correlation, "matrix in the order of `parameters`")
      .def_property_readonly("undetermined", &undetermined, "groups of parameters that the data cannot tell apart")
      .def_property_readonly("chi_squared", [](const Fitted& f) { return f.result.found.chi_squared; })
      .def_property_readonly("residuals", [](const Fitted& f) { return f.result.found.residuals; }, "how many")
      .def_property_readonly("scatter", [](const Fitted& f) { return f.result.found.scatter; }, "in stated errors")
      .def_property_readonly("converged", [](const Fitted& f) { return f.result.found.converged; })
      .def_property_readonly("message", [](const Fitted& f) { return f.result.found.message; })
      .def_property_readonly("runs", [](const Fitted& f) { return f.result.runs; }, "of cases")
      .def_property_readonly("failed_runs", [](const Fitted& f) { return f.result.failed_runs; })
      .def("__repr__", [](const Fitted& f) { return fmt::format("<brineflow.FitResult: {}>", std::string(py::str(by_name(f, [](const FitParameter&, const Estimate& e) { return e.value; })))); });
  module.def("fit", &run, py::arg("study"), py::kw_only(), py::arg("workers") = 0, py::arg("settings") = Settings(), py::arg("progress") = py::none(),
             "The parameters that a study seeks in measured data, runs side by side in processes. Raises InputError, SolverError, StorageError, KeyboardInterrupt.");
}

}  // namespace brineflow::python
