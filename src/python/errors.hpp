// The engine's errors as Python's exceptions.
#pragma once

namespace brineflow::python {

// From now on brineflow::Error becomes the class of brineflow/_errors.py that corresponds to it.
void register_errors();

}  // namespace brineflow::python
