#include "python/running.hpp"

namespace brineflow::python {
namespace {

// Between two looks: short for a person, long for a solver whose steps take some 0.1 ms.
constexpr std::chrono::milliseconds pause{50};

}  // namespace

std::unique_lock<std::recursive_mutex> hdf5_turn() {
  static std::recursive_mutex mutex;
  return std::unique_lock(mutex);
}

void Watch::look(const std::function<py::object()>& describe) {
  const auto now = Clock::now();
  const bool tell = describe && !progress_.is_none() && now - told_ >= pause;
  if (stop_.load() || (!tell && now - heeded_ < pause)) return;
  heeded_ = now;
  if (tell) told_ = now;
  const py::gil_scoped_acquire lock;
  try {
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (tell) progress_(describe());
  } catch (...) {
    raised_ = std::current_exception();
    stop_.store(true);
  }
}

void Watch::check() const {
  if (raised_) std::rethrow_exception(raised_);
}

}  // namespace brineflow::python
