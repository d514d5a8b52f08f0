#include "python/case.hpp"

#include "flowsheet/expression.hpp"
#include "solve/settings.hpp"
#include "study/run.hpp"

#include <fmt/format.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <utility>

namespace brineflow::python {
namespace {

// How findings call what was set from Python.
constexpr const char* set_here = "case[...]";

// What quantities are followed, and how they went.
class Follower {
 public:
  Follower(const std::map<std::string, std::string>& asked, const Case& input) : layout_(*input.flowsheet) {
    Diagnostics diagnostics;
    for (const auto& [name, text] : asked) {
      const auto source = Source::from_text("follow", text);
      const Place place{source->file, 1, 1, static_cast<int>(text.size()), source};
      auto expression = parse_expression(text, place, *input.flowsheet, layout_, diagnostics);
      if (!expression) continue;
      followed_.push_back({name, text, place, si_unit(expression->dimension())});
      expressions_.push_back(std::move(*expression));
    }
    diagnostics.throw_if_any();
    series_.resize(expressions_.size());
  }

  void sample(const System& system, const Progress& progress) {
    if (expressions_.empty()) return;
    times_.push_back(progress.state.t);
    for (std::size_t k = 0; k < expressions_.size(); ++k)
      series_[k].push_back(expressions_[k].value(system.layout(), *system.flowsheet().brine, progress.state.y));
  }

  Result result(Recording recording) && { return {std::move(recording), std::move(followed_), std::move(times_), std::move(series_)}; }

 private:
  StateLayout layout_;
  std::vector<FollowedSeries> followed_;
  std::vector<Expression> expressions_;
  std::vector<double> times_;
  std::vector<std::vector<double>> series_;
};

// The shortest text that reads back as the same number.
std::string number_text(const py::handle& value) {
  if (PyIndex_Check(value.ptr()) != 0) return py::str(py::int_(py::reinterpret_borrow<py::object>(value)));
  return py::repr(py::float_(py::reinterpret_borrow<py::object>(value)));
}

// A text inside a list or a map is taken as it is, never as YAML: "lake -> column" needs no quotes there.
Node to_node(const py::handle& value, const Place& place) {
  if (value.is_none()) return Node::null(place);
  if (py::isinstance<py::str>(value)) return Node::scalar(py::cast<std::string>(value), place);
  if (py::isinstance<py::bool_>(value)) return Node::scalar(py::cast<bool>(value) ? "true" : "false", place);
  if (py::isinstance<py::dict>(value)) {
    Node map = Node::map(place);
    for (const auto& [key, item] : py::reinterpret_borrow<py::dict>(value)) map.set(py::str(key), to_node(item, place), place);
    return map;
  }
  if (py::isinstance<py::list>(value) || py::isinstance<py::tuple>(value)) {
    Node list = Node::sequence(place);
    for (const py::handle& item : py::reinterpret_borrow<py::sequence>(value)) list.append(to_node(item, place));
    return list;
  }
  if (py::hasattr(value, "tolist")) return to_node(value.attr("tolist")(), place);  // numpy's numbers and arrays
  if (PyNumber_Check(value.ptr()) != 0) return Node::scalar(number_text(value), place);
  throw py::type_error(fmt::format("a value of a case is a text with its unit, as in \"2 m\", a number, a truth value, or lists and dicts of them; not {}",
                                   py::cast<std::string>(py::str(py::type::of(value)))));
}

void set_item(PythonCase& self, const std::string& path, const py::object& value) {
  if (py::isinstance<py::str>(value)) return self.set(path, py::cast<std::string>(value));
  const Place nowhere;
  Node node = to_node(value, nowhere);
  if (node.is_scalar()) return self.set(path, node.text());
  self.set(path, std::move(node));
}

py::object to_python(const Node& node) {
  if (node.is_null()) return py::none();
  if (node.is_scalar()) return py::str(node.text());
  if (node.is_sequence()) {
    py::list list;
    for (const Node& item : node.items()) list.append(to_python(item));
    return list;
  }
  py::dict dict;
  for (const Entry& entry : node.entries()) dict[py::str(entry.key)] = to_python(entry.value);
  return dict;
}

Result run(const PythonCase& self, std::optional<std::filesystem::path> output, py::object progress, std::map<std::string, std::string> follow, bool resume) {
  if (resume && !output) throw py::value_error("resume=True goes on with a file: say which, output=...");
  Watch watch(std::move(progress));
  const PythonCase::Order order{std::move(output), resume, std::move(follow)};
  const PythonCase now = self;  // another thread may change it meanwhile
  try {
    Result result = unlocked([&] { return now.run(order, watch); });
    watch.check();
    return result;
  } catch (const Error&) {
    watch.check();  // what the user's function raised comes before what came of it
    throw;
  }
}

}  // namespace

PythonCase PythonCase::load(const std::filesystem::path& file) {
  Diagnostics diagnostics;
  Document document = read_document(file, diagnostics);
  diagnostics.throw_if_any();
  return {std::move(document), file};
}

PythonCase PythonCase::parse(const std::string& text, const std::filesystem::path& file, const std::string& shown) {
  Diagnostics diagnostics;
  Document document = parse_document(text, shown, diagnostics);
  diagnostics.throw_if_any();
  return {std::move(document), file};
}

void PythonCase::set(const std::string& path, const std::string& text) {
  Diagnostics diagnostics;
  Document changed = document_;  // a change that fails changes nothing
  set_path(changed, path, text, diagnostics, set_here);
  diagnostics.throw_if_any();
  document_ = std::move(changed);
}

void PythonCase::set(const std::string& path, Node value) {
  Diagnostics diagnostics;
  Document changed = document_;
  const auto source = Source::from_text(set_here, path);
  set_path(changed, path, {source->file, 1, 1, 1, source}, std::move(value), diagnostics);
  diagnostics.throw_if_any();
  document_ = std::move(changed);
}

const Node& PythonCase::get(const std::string& path) const {
  Diagnostics diagnostics;
  const Node* node = find_path(document_, path, diagnostics, set_here);
  if (node == nullptr) {
    const InputFinding finding = diagnostics.findings().front();
    throw py::key_error(fmt::format("{}: {}; {}", path, finding.message, finding.hint));
  }
  return *node;
}

bool PythonCase::has(const std::string& path) const {
  Diagnostics ignored;
  return find_path(document_, path, ignored) != nullptr;
}

Case PythonCase::checked() const {
  const ModelLibrary models(ModelLibrary::default_folders(file_));
  return read_case(document_, file_, models, solver_parameters());
}

void PythonCase::check() const { checked(); }

Result PythonCase::run(const Order& order, Watch& watch) const {
  const Case input = checked();
  Follower follower(order.follow, input);
  RunOptions options;
  options.resume = order.resume;
  options.stop = watch.stop();
  options.progress = [&watch](const RunProgress& now) { watch.look([&now] { return py::cast(now); }); };
  options.sampled = [&follower](const System& system, const Progress& progress) { follower.sample(system, progress); };
  if (!order.output) return std::move(follower).result(run_unrecorded(input, options));
  options.output = *order.output;
  const auto turn = hdf5_turn();
  return std::move(follower).result(run_case(input, options));
}

void bind_case(py::module_& module) {
  py::class_<RunProgress>(module, "Progress", "Where a run stands.")
      .def_readonly("time", &RunProgress::time, "s simulated")
      .def_readonly("end", &RunProgress::end, "s, where it is known beforehand, else None")
      .def_readonly("cycle", &RunProgress::cycle, "from 1")
      .def_readonly("cycles", &RunProgress::cycles, "at most")
      .def_readonly("step", &RunProgress::step, "of the schedule")
      .def_readonly("solver_steps", &RunProgress::solver_steps);

  py::class_<PythonCase>(module, "Case", "A case, changed by path: case[\"units.column.length\"] = \"2 m\".")
      .def("__getitem__", [](const PythonCase& self, const std::string& path) { return to_python(self.get(path)); }, py::arg("path"),
           "what the case says, as text; lists and dicts of texts; KeyError where it says nothing")
      .def("__setitem__", &set_item, py::arg("path"), py::arg("value"), "a text as in YAML, a number where the key is a pure number, lists and dicts of them")
      .def("__contains__", &PythonCase::has, py::arg("path"))
      .def("check", [](const PythonCase& self) { unlocked([now = self] { now.check(); }); }, "Everything that can be wrong without running. Raises InputError with all findings.")
      .def("to_yaml", &PythonCase::to_yaml, "the case as it stands")
      .def("copy", [](const PythonCase& self) { return self; }, "another case that says the same")
      .def_property_readonly("file", &PythonCase::file)
      .def("run", &run, py::arg("output") = py::none(), py::kw_only(), py::arg("progress") = py::none(), py::arg("follow") = std::map<std::string, std::string>(),
           py::arg("resume") = false,
           "Runs the case. output: a result file; without it nothing is written. progress: called with a Progress now and then; what it raises ends the run.\n"
           "follow: quantities that are kept over time, by a name of yours: {\"lithium\": \"column.outlet.Li+ / lake.Li+\"}. resume: go on with the file.\n"
           "Raises InputError, SolverError, StorageError, and KeyboardInterrupt at Ctrl-C.")
      .def("__repr__", [](const PythonCase& self) { return fmt::format("<brineflow.Case: {}>", self.file().string()); })
      .def(py::pickle([](const PythonCase& self) { return py::make_tuple(self.to_yaml(), self.file().string()); },
                      [](const py::tuple& state) { 
                        const auto file = py::cast<std::string>(state[1]);
                        return PythonCase::parse(py::cast<std::string>(state[0]), file, file + " (as changed)");  // its lines are others
                      }));

  module.def("load", [](const std::filesystem::path& file) { return unlocked([&] { return PythonCase::load(file); }); }, py::arg("file"),
             "Reads a case. Raises InputError where it is no YAML; what else is wrong is found by check and run.");
  module.def("parse", [](const std::string& text, const std::filesystem::path& file) { return PythonCase::parse(text, file, file.string()); }, py::arg("text"), py::arg("file") = "case", "A case out of a text. file: how findings call it; packages are looked for beside it.");
}

}  // namespace brineflow::python
