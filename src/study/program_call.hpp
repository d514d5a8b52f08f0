// Another program, called for its answer.
#pragma once

#include <string>
#include <vector>

namespace brineflow {

struct ProgramAnswer {
  bool found = false;  // there is such a program in PATH
  int status = 0;      // its exit status; 128 + the number of the signal that ended it
  std::string output, errors;
};

// arguments: the program's name first. Its standard input is empty. StorageError where no process can be started.
ProgramAnswer call_program(const std::vector<std::string>& arguments);

}  // namespace brineflow
