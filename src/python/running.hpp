// How the engine runs under Python: without its lock, one thread at a time in HDF5, and heeding Ctrl-C.
#pragma once

#include <pybind11/pybind11.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <mutex>

namespace brineflow::python {

namespace py = pybind11;

// Debian's HDF5 may be called by one thread at a time: whoever records or reads a result holds this. Take it without Python's lock only
// (see unlocked): its holder may be waiting for that one. Recursive, for functions of the user that read another result meanwhile.
std::unique_lock<std::recursive_mutex> hdf5_turn();

// Runs `work` without Python's lock. What it throws is passed on.
template <class Work>
auto unlocked(const Work& work) {
  const py::gil_scoped_release release;
  return work();
}

template <class Work>
auto unlocked_in_hdf5(const Work& work) {
  const py::gil_scoped_release release;
  const auto turn = hdf5_turn();
  return work();
}

// Looks at the world now and then while the engine works: has a signal come, and does the user's function go on? What Python raises stops the
// work and is raised again by `check` when the engine has come back, since nothing may be thrown through it.
class Watch {
 public:
  // progress: a function of one argument, or None.
  explicit Watch(py::object progress) : progress_(std::move(progress)) {}

  const std::atomic<bool>* stop() const { return &stop_; }
  // Called by the engine, without Python's lock. describe: makes the argument, with the lock; without it only signals are looked for.
  void look(const std::function<py::object()>& describe = {});
  // Called with Python's lock.
  void check() const;

 private:
  using Clock = std::chrono::steady_clock;

  py::object progress_;
  std::atomic<bool> stop_{false};
  std::exception_ptr raised_;
  Clock::time_point heeded_ = {}, told_ = {};  // long ago: the first call is never left out
};

}  // namespace brineflow::python
