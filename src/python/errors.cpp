#include "python/errors.hpp"

#include "base/error.hpp"
#include "study/fit.hpp"

#include <pybind11/pybind11.h>

#include <exception>

namespace brineflow::python {
namespace {

namespace py = pybind11;

void raise(const char* name, const py::tuple& arguments) {
  const py::object type = py::module_::import("brineflow._errors").attr(name);
  PyErr_SetObject(type.ptr(), type(*arguments).ptr());
}

py::list rows(const InputError& error) {
  py::list list;
  if (error.findings() != nullptr)
    for (const InputFinding& f : *error.findings()) list.append(py::make_tuple(f.file, f.line, f.column, f.message, f.hint));
  return list;
}

// In a translator nothing may be thrown but what it does not know.
void translate(std::exception_ptr raised) {
  try {
    if (raised) std::rethrow_exception(raised);
  } catch (const InputError& error) {
    raise("InputError", py::make_tuple(error.what(), rows(error)));
  } catch (const SolverError& error) {
    raise("SolverError", py::make_tuple(error.what()));
  } catch (const StorageError& error) {
    raise("StorageError", py::make_tuple(error.what()));
  } catch (const Error& error) {
    raise(error.status() == ExitStatus::internal_fault ? "InternalError" : "Error", py::make_tuple(error.what()));
  }
}

}  // namespace

void register_errors() { py::register_exception_translator(&translate); }

}  // namespace brineflow::python
