// One case of a study, run to what is kept of it.
#pragma once

#include "flowsheet/case.hpp"
#include "study/moved_runs.hpp"
#include "study/sweep_journal.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace brineflow {

// A quantity that is followed over time.
struct FollowedSeries {
  std::string name, expression;
  Place place;
  std::string unit = {};  // SI
};

struct CaseOrder {
  Document document;
  std::filesystem::path case_file;        // how it is called
  const ModelLibrary* models = nullptr;
  std::vector<FollowedSeries> series;
  std::filesystem::path result;           // empty: no result file is kept
};

// Everything that can go wrong with the case itself becomes an entry that failed, with its reason and without numbers; so does a balance
// that does not close, and a cyclic steady state that was not reached. Throws StorageError where a result cannot be written.
SweepEntry run_to_entry(CaseOrder order);
// Of a case that is read; order.document and order.models play no part. beside: as of RunOptions.
SweepEntry run_to_entry(const Case& input, const CaseOrder& order, const std::vector<MovedCase>* beside = nullptr);

// The hash of everything that the answer of a case depends on: its text without title and description, `asked` (what is followed), the
// packages, and the version of the program.
std::string case_key(const Document& document, const std::string& packages, const std::string& asked);

}  // namespace brineflow
