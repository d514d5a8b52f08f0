// What can go wrong, by whose fault it is. The text of each is a sentence for the person at the
// terminal; the class decides the exit status (docs/case_format.md lists them).
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace brineflow {

enum class ExitStatus {
  done = 0,
  criterion_failed = 1,
  bad_input = 2,
  solver_failed = 3,
  interrupted = 4,
  study_has_failures = 5,
  internal_fault = 70,
};

class Error : public std::runtime_error {
 public:
  Error(ExitStatus status, const std::string& text) : std::runtime_error(text), status_(status) {}
  ExitStatus status() const { return status_; }

 private:
  ExitStatus status_;
};

// One thing that is wrong with the input. Line and column count from 1; line 0: the file as a whole.
struct InputFinding {
  std::string file;
  int line = 0, column = 0;
  std::string message, hint;
};

// The input is wrong: the text holds every finding with its place.
class InputError : public Error {
 public:
  explicit InputError(const std::string& text) : Error(ExitStatus::bad_input, text) {}
  InputError(const std::string& text, std::vector<InputFinding> findings)
      : Error(ExitStatus::bad_input, text), findings_(std::make_shared<const std::vector<InputFinding>>(std::move(findings))) {}
  // What the text says, one by one, for programs; nullptr where it is a sentence without a place.
  const std::vector<InputFinding>* findings() const { return findings_.get(); }

 private:
  std::shared_ptr<const std::vector<InputFinding>> findings_;  // shared: exceptions must not throw when they are copied
};

// The solver cannot go on: the text names the time, the unit and the variable.
class SolverError : public Error {
 public:
  explicit SolverError(const std::string& text) : Error(ExitStatus::solver_failed, text) {}
};

// A chemical equilibrium was not found: the text says which and how the solution was composed.
class NoEquilibrium : public SolverError {
 public:
  explicit NoEquilibrium(const std::string& text) : SolverError(text) {}
};

// A file cannot be written or read; what was stored before is still there.
class StorageError : public Error {
 public:
  explicit StorageError(const std::string& text) : Error(ExitStatus::interrupted, text) {}
};

// Stopped from outside.
class Interrupted : public Error {
 public:
  explicit Interrupted(const std::string& text) : Error(ExitStatus::interrupted, text) {}
};

// A fault of ours.
class InternalError : public Error {
 public:
  explicit InternalError(const std::string& text) : Error(ExitStatus::internal_fault, text) {}
};

}  // namespace brineflow
