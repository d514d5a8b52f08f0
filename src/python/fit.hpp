#pragma once

#include <pybind11/pybind11.h>

namespace brineflow::python {

void bind_fit(pybind11::module_& module);

}  // namespace brineflow::python
