// `import brineflow`: the part of it that is C++.
#include "base/version.hpp"
#include "python/case.hpp"
#include "python/errors.hpp"
#include "python/fit.hpp"
#include "python/properties.hpp"
#include "python/result.hpp"
#include "python/stored.hpp"
#include "python/sweep.hpp"

#include <pybind11/pybind11.h>

PYBIND11_MODULE(_core, module) {
  using namespace brineflow::python;
  module.doc() = "brineflow in C++; import brineflow instead";
  module.attr("__version__") = brineflow::version;
  register_errors();
  bind_stored(module);
  bind_result(module);
  bind_case(module);
  bind_properties(module);
  bind_sweep(module);
  bind_fit(module);
}
